use super::*;
use crate::search::Label;
use crate::testing::{NOW, TestWorkspace, change};

const FEES: &str = "# Fees\n\nA payment to another country costs 5 pounds.\n\nThe bank is open.\n";
const ABROAD: &str =
    "# Money abroad\n\n## Payments\n\nA payment to another country costs 9 pounds.\n";

fn compare(shop: &TestWorkspace, at: Timestamp) -> usize {
    compare_some(&shop.db, &shop.index, 1_000, at.into()).unwrap()
}

fn open(shop: &TestWorkspace) -> Vec<Disagreement> {
    list(&shop.db, State::Open, 0, 50).unwrap().0
}

#[test]
fn pages_that_disagree_are_found_with_what_each_says() {
    let shop = TestWorkspace::new();
    shop.put("fees.md", FEES);
    shop.put("abroad.md", ABROAD);
    shop.put("loans.md", "# Loans\n\nA loan runs for 5 years.\n");
    assert_eq!(compare(&shop, NOW), 3);
    let found = open(&shop);
    assert_eq!(found.len(), 1, "{found:?}");
    let pair = &found[0];
    let (one, two) = &pair.places[0];
    let sides = [(&pair.one, one), (&pair.two, two)];
    let (_, abroad) = sides
        .iter()
        .find(|(side, _)| side.path.as_str() == "abroad.md")
        .unwrap();
    assert_eq!(abroad.heading, "Payments");
    assert_eq!(abroad.text, "A payment to another country costs 9 pounds.");
    let text = crate::knowledge::get_by_path(&shop.db, &"abroad.md".parse().unwrap())
        .unwrap()
        .text;
    let start = usize::try_from(abroad.start).unwrap();
    let length = usize::try_from(abroad.end - abroad.start).unwrap();
    let quoted: String = text.chars().skip(start).take(length).collect();
    assert_eq!(quoted, abroad.text);
    assert_eq!(compare(&shop, NOW), 0, "and nothing is compared twice");
    assert_eq!(count_open(&shop.db).unwrap(), 1);
}

#[test]
fn what_agrees_speaks_of_another_thing_or_is_not_in_force_does_not_disagree() {
    for (path, other) in [
        (
            "same.md",
            "# Other\n\nA payment to another country costs 5 pounds.\n",
        ),
        (
            "old.md",
            "# Other\n\nThis is an old version.\n\nA payment to another country costs 9 pounds.\n",
        ),
        (
            "other-thing.md",
            "# Other\n\nA blue ladder for the garden weighs 9 pounds.\n",
        ),
    ] {
        let shop = TestWorkspace::new();
        shop.put("fees.md", FEES);
        shop.put(path, other);
        compare(&shop, NOW);
        assert!(open(&shop).is_empty(), "{path}");
    }
    let shop = TestWorkspace::new();
    let text = "You may end it by giving 14 days' notice in writing.";
    shop.put("a.md", &format!("# Gold account\n\n{text}\n"));
    shop.put(
        "b.md",
        &format!("# Silver account\n\n{}\n", text.replace("14", "30")),
    );
    compare(&shop, NOW);
    assert!(open(&shop).is_empty(), "two accounts are two things");
}

#[test]
fn a_page_whose_day_comes_is_compared_then() {
    let shop = TestWorkspace::new();
    shop.put("fees.md", FEES);
    let later = "# Money\n\nThese fees are valid from 1 February 2027.\n\nA payment to another country costs 9 pounds.\n";
    shop.put("later.md", later);
    compare(&shop, NOW);
    assert!(open(&shop).is_empty());
    let day = "2027-02-01T12:00:00Z".parse().unwrap();
    assert_eq!(compare(&shop, day), 1);
    assert_eq!(open(&shop).len(), 1);
    assert_eq!(compare(&shop, NOW), 1, "and back");
    assert!(open(&shop).is_empty());
}

#[test]
fn a_dismissed_pair_stays_so_until_one_of_its_sentences_changes() {
    let shop = TestWorkspace::new();
    shop.put("fees.md", FEES);
    shop.put("abroad.md", ABROAD);
    compare(&shop, NOW);
    let id = open(&shop)[0].id.clone();
    for _ in 0..2 {
        set_state(&shop.db, &id, State::Dismissed, &change()).unwrap();
    }
    assert!(open(&shop).is_empty());
    let dismissed = || list(&shop.db, State::Dismissed, 0, 9).unwrap().0;
    assert_eq!(dismissed()[0].dismissed, Some(NOW));
    let audited = audit::list(&shop.db, &audit::Filter::default(), 50).unwrap();
    let audited = audited
        .iter()
        .filter(|entry| entry.action == Action::DisagreementDismissed.name());
    assert_eq!(audited.count(), 1, "once, however often it is said");

    let more = format!("{ABROAD}\nA sentence that has nothing to do with it.\n");
    shop.put("abroad.md", &more);
    assert!(dismissed().is_empty(), "nothing of the old text is kept");
    compare(&shop, NOW);
    assert!(open(&shop).is_empty());
    assert_eq!(dismissed()[0].id, id);

    shop.put(
        "fees.md",
        &format!("{FEES}\nThe other page too is read again.\n"),
    );
    compare(&shop, NOW);
    assert!(open(&shop).is_empty());
    assert_eq!(dismissed().len(), 1);

    shop.put("abroad.md", &ABROAD.replace('9', "8"));
    compare(&shop, NOW);
    assert_eq!(open(&shop).len(), 1);
    assert!(dismissed().is_empty());

    let id = open(&shop)[0].id.clone();
    set_state(&shop.db, &id, State::Dismissed, &change()).unwrap();
    set_state(&shop.db, &id, State::Open, &change()).unwrap();
    assert_eq!(open(&shop).len(), 1, "somebody thought again");
}

#[test]
fn what_is_mended_or_removed_disagrees_no_more() {
    let shop = TestWorkspace::new();
    shop.put("fees.md", FEES);
    shop.put("abroad.md", ABROAD);
    compare(&shop, NOW);
    shop.put("abroad.md", &ABROAD.replace('9', "5"));
    compare(&shop, NOW);
    assert!(open(&shop).is_empty());
    shop.put("abroad.md", ABROAD);
    compare(&shop, NOW);
    assert_eq!(open(&shop).len(), 1);
    crate::knowledge::remove(&shop.db, &"fees.md".parse().unwrap(), &change()).unwrap();
    assert!(open(&shop).is_empty());
    assert_eq!(count_open(&shop.db).unwrap(), 0);
    assert_eq!(compare(&shop, NOW), 0);
}

#[test]
fn what_was_said_of_a_page_outlives_a_time_in_which_it_is_not_in_force() {
    let shop = TestWorkspace::new();
    shop.put("fees.md", FEES);
    shop.put("abroad.md", ABROAD);
    compare(&shop, NOW);
    let id = open(&shop)[0].id.clone();
    set_state(&shop.db, &id, State::Dismissed, &change()).unwrap();
    let old = format!("This page is out of date.\n\n{ABROAD}");
    shop.put("abroad.md", &old);
    compare(&shop, NOW);
    let dismissed = || list(&shop.db, State::Dismissed, 0, 9).unwrap().0;
    assert!(open(&shop).is_empty() && dismissed().is_empty());
    shop.put("abroad.md", ABROAD);
    compare(&shop, NOW);
    assert!(open(&shop).is_empty());
    assert_eq!(dismissed()[0].id, id);
}

#[test]
fn a_form_that_many_pages_fill_in_is_no_contradiction() {
    let shop = TestWorkspace::new();
    for locker in 1..9 {
        let text = format!(
            "# Locker {locker}\n\nA day in this locker costs {} crowns.\n",
            10 + locker
        );
        shop.put(&format!("locker-{locker}.md"), &text);
    }
    compare(&shop, NOW);
    assert!(open(&shop).is_empty());
}

#[test]
fn what_is_for_staff_is_compared_too() {
    let shop = TestWorkspace::new();
    shop.put("fees.md", FEES);
    shop.try_put("handbook.md", ABROAD, Some(Label::Staff))
        .unwrap();
    compare(&shop, NOW);
    assert_eq!(open(&shop).len(), 1);
}
