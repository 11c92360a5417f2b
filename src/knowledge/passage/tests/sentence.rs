use crate::knowledge::passage::sentence::sentences;

fn cut(text: &str) -> Vec<&str> {
    sentences(text)
        .into_iter()
        .map(|range| &text[range])
        .collect()
}

/// `|` marks where a sentence ends.
fn check(marked: &str) {
    let text = marked.replace('|', "");
    let wanted: Vec<&str> = marked.split('|').map(str::trim).collect();
    assert_eq!(cut(&text), wanted);
}

#[test]
fn stops_end_sentences() {
    check("One. |Two! |Three? |Four.");
    check("Really?! |Yes. |No… |Maybe... |So.");
    check("No stop at the end");
    check("He said \"Stop.\" |Then (and only then.) |He left.");
    check("Is it \"open?\" she asked. |Yes.");
    assert_eq!(cut(""), [""; 0]);
    assert_eq!(cut("  . "), ["."]);
}

#[test]
fn abbreviations_do_not() {
    check("Use e.g. Chrome or i.e. Edge. |Done.");
    check("Mr. Smith and Dr. Jones vs. Prof. X, approx. 5 a day. |End.");
    check("See No. 5, Fig. 2 and Sec. 3. |I say no. |Then go.");
    check("Paid by Jan. 5 at Acme Inc. London. |It is Acme Inc. |It grows.");
    check("The U.S. Government and the U.K. market. |In the U.S. |The rest is here.");
    check("Open until 5 p.m. Monday to Friday. |Closed after 5 p.m. |Call then.");
    check("Pens, paper, etc. are free. |Bring pens, etc. |We help.");
    check("J. R. Smith wrote plan B. |The plan failed.");
    check("1. Open the lid. |2. Close it.");
}

#[test]
fn numbers_versions_and_addresses_hold_together() {
    check("It costs 3.50 or 1,000.25 a year. |Use v1.2. |Then v1.2.3.");
    check(
        "Go to https://a.b/c.html?x=1. |Write to me@example.com. |Use Node.js or .NET. |It works.",
    );
    check("In step 6, choose Middlebox appliance?.");
}

#[test]
fn a_lower_case_word_goes_on_unless_it_is_a_name() {
    check("It is approx five. and so on.");
    check("Works on phones. |iPhone users too. |macOS is next.");
}

#[test]
fn lines_ended_on_purpose_end_sentences() {
    check("Anchor House|\nHigh Street|\nPortsmouth");
    check("a line that\ngoes on here. |Next");
}

#[test]
fn references_stay_with_what_they_support() {
    check("It is deep.[1][2] |It is cold.² |End.");
}

#[test]
fn other_scripts_have_their_own_stops() {
    check("你好。|世界！|「好。」|再见");
    check("नमस्ते। |फिर");
    check("هل؟ |نعم.");
}

#[test]
fn hostile_text_takes_no_longer_than_any_other() {
    for unit in [
        ". ", "e.g. ", "(", ". (", "\n", "?!", "\"", ". \"", "x.", "[1]", ".[1]", "  ", "。",
    ] {
        let text = unit.repeat(1_000_000 / unit.len());
        let total: usize = sentences(&text).iter().map(std::ops::Range::len).sum();
        assert!(total <= text.len());
    }
}

#[test]
fn days_and_what_is_counted_do_not_end_sentences() {
    check("The season runs from 3. June to 12. October 2027. |Then we rest.");
    check("Die Halle ist vom 23. Dezember bis 6. Januar zu. |Danach ist sie offen.");
    check("Open from 1.–5. March and on 24. 12. 2026. |Closed after.");
    check("Due on 30. Sept. 2026. |Paid late, it costs more.");
    check("Gates open at 5. |May is busy. |We close at 6. |Monday is quiet.");
    check("Ring at the 2nd. Floor desk. |She came in 3rd. |The others left.");
    check("Das Büro liegt im 3. Stock. |Es kostet 5. |Montags ist frei.");
    check("It holds 12. |Lorries hold more.");
}

#[test]
fn numbers_stay_with_what_announces_them() {
    check("Quote Ref. No. 88 or Tel. No. 12. |Thank you.");
    check("Es kostet Fr. 12 pro Tag, für Fr. Keller nichts. |Wir danken.");
    check("Siehe Abs. 2, Hauptstr. 14 oder Fig. B-7. |Ende.");
    check("Offen Mo. 9 bis 12 Uhr. |Do so. |Fragen Sie uns.");
}

#[test]
fn abbreviations_of_other_languages_do_not_either() {
    check("Alle Preise inkl. MwSt. und Versand, z. B. Porto, d. h. alles. |Das gilt.");
    check("Es gibt Stifte, Hefte usw. |Die Hefte sind frei.");
    check("Das sind i. d. R. Kunden, ca. 3 Mio. Menschen bzw. Firmen. |Wir zählen sie.");
    check("Use a lamp, e. g. Model X, until 5 p. m. Monday. |Rest then.");
}
