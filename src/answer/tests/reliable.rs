//! What is quoted holds, is whole, is of the thing asked, and is in force.

use super::*;

pub(super) fn shop(documents: &[(&str, &str)]) -> TestWorkspace {
    let workspace = TestWorkspace::new();
    for (path, text) in documents {
        workspace.put(path, text);
    }
    // Something else, so that not everything is rare.
    workspace.put(
        "tea.md",
        "# Tea room\n\nThe tea room serves nettle tea at four. Cakes are baked on the spot.\n",
    );
    workspace.put(
        "walks.md",
        "# Walks\n\nA guide leads a walk along the shore every Monday. Dogs stay on the lead.\n",
    );
    workspace
}

pub(super) fn shown(answer: &Answer) -> String {
    texts(answer).join("\n")
}

#[test]
fn what_stands_nowhere_is_named_and_not_answered() {
    let shop = shop(&[(
        "pump.md",
        "# Pump faults\n\n| Code | Meaning |\n|-|-|\n| K-31 | The inlet is blocked. Rinse it. |\n| K-32 | The motor is too hot. Wait. |\n| K-40 | No water. |\n",
    )]);
    let known = shop.ask("What does fault K31 mean?");
    assert_ne!(known.class, Verdict::NotFound, "{}", known.probability);
    assert!(
        shown(&known).contains("inlet") && !shown(&known).contains("motor"),
        "{}",
        shown(&known)
    );
    for question in [
        "What does fault K-33 mean?",
        "fault k33",
        "What is fault K-99?",
    ] {
        let answer = shop.ask(question);
        assert_eq!(
            answer.class,
            Verdict::NotFound,
            "{question}: {}",
            shown(&answer)
        );
        assert_eq!(answer.missing.len(), 1, "{question}: {:?}", answer.missing);
    }
}

#[test]
fn what_restricts_a_sentence_comes_with_it() {
    let shop = shop(&[(
        "hire.md",
        "# Boat hire\n\n## Who may hire\n\nAnybody may hire a rowing boat. Only those over 16 may hire one alone. The boats are green. \
         They were built in the yard behind the church, where the last boat builder of the village still works on some afternoons and tells \
         stories to whoever comes by, as long as it does not rain and the kettle is on.\n",
    )]);
    let answer = shop.ask("Who may hire a rowing boat?");
    assert!(
        shown(&answer).contains("Only those over 16"),
        "{}",
        shown(&answer)
    );
}

#[test]
fn rows_that_are_left_out_are_counted() {
    let row = |n: i32| format!("| Berth {n} | {n}0 crowns | Pier {n} |\n");
    let rows = (1..=9).map(row).collect::<Vec<_>>().concat();
    let shop = shop(&[(
        "berths.md",
        &format!("# Berths\n\n| Berth | Price | Where |\n|-|-|-|\n{rows}"),
    )]);
    let answer = shop.ask("What is the price of berth 4?");
    let omitted: Vec<Omission> = answer
        .parts
        .iter()
        .filter_map(|part| part.omitted)
        .collect();
    assert_eq!(omitted.len(), 1, "{}", shown(&answer));
    assert_eq!((omitted[0].kind, omitted[0].of), (OmissionKind::Rows, 9));
    assert!(
        omitted[0].to_string().ends_with("of 9 rows"),
        "{}",
        omitted[0]
    );
    assert!(shown(&answer).contains("40 crowns"), "{}", shown(&answer));
}

#[test]
fn steps_that_a_note_interrupts_come_complete() {
    let shop = shop(&[(
        "sail.md",
        "# Hoist the sail\n\nTo hoist the sail:\n\n1. Untie the cover.\n2. Pull the halyard.\n   - Keep the boom low.\n   - Wear gloves.\n\nNote: the wind must come from ahead.\n\n3. Tie the halyard.\n4. Let the boom go.\n",
    )]);
    let text = shown(&shop.ask("How do I hoist the sail?"));
    for step in [
        "Untie the cover",
        "Keep the boom low",
        "Wear gloves",
        "Tie the halyard",
        "Let the boom go",
    ] {
        assert!(text.contains(step), "{step}: {text}");
    }
}

#[test]
fn what_is_in_force_answers_before_what_is_over() {
    let page = |period: &str, price: &str| {
        format!("# Ferry prices {period}\n\nA crossing with a bicycle costs {price} crowns.\n")
    };
    let shop = shop(&[
        ("old.md", &page("from 1 May 2023 to 30 April 2024", "31")),
        // The tests' clock stands in 2027.
        ("new.md", &page("from 1 May 2026", "47")),
    ]);
    let today = shop.ask("What does a crossing with a bicycle cost?");
    assert!(shown(&today).contains("47 crowns"), "{}", shown(&today));
    let then = shop.ask("What did a crossing with a bicycle cost in June 2023?");
    assert!(
        shown(&then).contains("31 crowns") && !shown(&then).contains("47 crowns"),
        "{}",
        shown(&then)
    );
}

#[test]
fn a_page_that_is_over_says_so() {
    let shop = shop(&[(
        "rule.md",
        "# Rule of the quay\n\nRevoked. This rule was revoked in May.\n\nNobody may paint a boat on the quay.\n",
    )]);
    let answer = shop.ask("May I paint a boat on the quay?");
    assert_eq!(answer.class, Verdict::Partly, "{}", answer.probability);
    assert!(answer.caveats.contains(&Caveat::NotInForce));
    assert!(shown(&answer).contains("revoked"), "{}", shown(&answer));
}

#[test]
fn a_word_may_mean_several_things() {
    let shop = shop(&[
        ("day.md", "# Day permit\n\nThe day permit costs 5 crowns.\n"),
        (
            "year.md",
            "# Year permit\n\nThe year permit costs 90 crowns.\n",
        ),
        (
            "trade.md",
            "# Trade permit\n\nThe trade permit costs 200 crowns.\n",
        ),
    ]);
    let answer = shop.ask("permit");
    assert_eq!(answer.class, Verdict::Choose, "{}", answer.probability);
    assert!((2..=5).contains(&answer.choices.len()));
    let again = shop.ask(&answer.choices[0].question);
    assert_ne!(
        again.class,
        Verdict::Choose,
        "{}",
        answer.choices[0].question
    );
}

#[test]
fn spelling_is_mended_against_the_knowledge() {
    let shop = shop(&[(
        "moor.md",
        "# Moorings\n\nA mooring for the summer costs 300 crowns at the harbour.\n",
    )]);
    let answer = shop.ask("what does it cost in the harbuor");
    let mended = answer.mended.expect("it was mended");
    assert_eq!(mended.words, [("harbuor".to_owned(), "harbour".to_owned())]);
    assert_eq!(shop.ask("what does it cost in the harbour").mended, None);
}

#[test]
fn what_cannot_be_read_and_what_asks_nothing_is_told_apart() {
    let shop = shop(&[(
        "ja.md",
        "# 窓口\n\n窓口は平日の午前九時から開いています。\n",
    )]);
    let foreign = shop.ask("駐車場はありますか？");
    assert_eq!(foreign.class, Verdict::NotFound);
    assert_eq!(
        foreign.unreadable,
        Some(Unreadable::Language("Japanese".to_owned()))
    );
    assert_eq!(shop.ask("👍").unreadable, Some(Unreadable::Signs));
    let hello = shop.ask("Hello!");
    assert_eq!(
        (hello.talk, hello.class),
        (Some(Talk::Greeting), Verdict::Answered)
    );
}

#[test]
fn two_requests_are_both_answered_or_one_is_said_to_be_not() {
    let shop = shop(&[
        (
            "ferry.md",
            "# Ferry\n\nA car on the ferry costs 60 crowns.\n",
        ),
        ("dogs.md", "# Dogs\n\nA dog needs a muzzle on the quay.\n"),
    ]);
    let both = shown(&shop.ask("What does a car on the ferry cost and does a dog need a muzzle?"));
    assert!(
        both.contains("60 crowns") && both.contains("muzzle"),
        "{both}"
    );
    let one = shop.ask("What does a car on the ferry cost and who repairs violins?");
    assert_eq!(one.class, Verdict::Partly);
    assert_eq!(one.unanswered, ["who repairs violins?"]);
}

#[test]
fn a_refusal_names_the_nearest_pages() {
    let shop = shop(&[("ferry.md", "# Ferry times\n\nThe ferry leaves at noon.\n")]);
    let answer = shop.ask("Does the ferry company employ apprentice welders?");
    assert_eq!(
        answer.class,
        Verdict::NotFound,
        "{} {}",
        answer.probability,
        shown(&answer)
    );
    assert_eq!(answer.nearest[0].source.title, "Ferry times");
    assert!(answer.nearest.len() <= 3 && !answer.nearest[0].line.is_empty());
}
