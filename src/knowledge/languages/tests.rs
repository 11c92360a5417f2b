use super::*;
use crate::knowledge::get_by_path;
use crate::testing::TestWorkspace;

const ENGLISH: &str = "# Hours\n\nOur branches are open on Saturdays from nine to twelve. On Sundays all of our branches stay closed to the public.\n";
const GERMAN: &str = "# Zeiten\n\nUnsere Filialen sind am Samstag von neun bis zwölf Uhr geöffnet. Am Sonntag bleiben alle Filialen geschlossen.\n";

#[test]
fn the_language_of_a_document_is_kept_and_told_of_those_that_were_there_before() {
    let shop = TestWorkspace::new();
    shop.put("a.md", ENGLISH);
    shop.put("b.md", &ENGLISH.replace("nine", "ten"));
    shop.put("c.md", GERMAN);
    shop.put("d.md", "# 7\n\n12 | 13\n");
    let names = || -> Vec<String> {
        let known = of_documents(&shop.db).unwrap();
        known.iter().map(ToString::to_string).collect()
    };
    assert_eq!(names(), ["English", "German"]);
    let of = |path: &str| {
        get_by_path(&shop.db, &path.parse().unwrap())
            .unwrap()
            .summary
            .language
    };
    assert_eq!(of("c.md").map(Tongue::code), Some("deu"));
    assert_eq!(of("d.md"), None);

    shop.db.write(store::forget).unwrap();
    assert_eq!((names().len(), of("c.md")), (0, None));
    assert_eq!(tell_some(&shop.db, 3).unwrap(), 3);
    assert_eq!(tell_some(&shop.db, 3).unwrap(), 1);
    assert_eq!(
        tell_some(&shop.db, 3).unwrap(),
        0,
        "what cannot be told is not asked again"
    );
    assert_eq!(names(), ["English", "German"]);
}
