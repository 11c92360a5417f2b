//! What a question means decides what is found: names, times, failures, comparisons, and a way to reach somebody.

use super::reliable::{shop, shown};
use super::*;
use crate::search::Label;

#[test]
fn a_name_that_every_page_holds_draws_none_of_them() {
    let page = |title: &str, text: &str| format!("# {title} of the BX-20\n\n{text}\n");
    let shop = shop(&[
        (
            "covers.md",
            &page(
                "Covers",
                "The BX-20 is a stove. A cover of the BX-20 is grey, and the BX-20 comes with one.",
            ),
        ),
        (
            "ash.md",
            &page("Ash", "Empty the ash pan of the stove every Friday."),
        ),
        (
            "glass.md",
            &page("Glass", "Clean the glass with a damp cloth."),
        ),
        ("wood.md", &page("Wood", "Burn dry beech wood only.")),
    ]);
    let answer = shop.ask("How often do I empty the ash pan of my BX-20?");
    assert!(
        shown(&answer).starts_with("Empty the ash pan"),
        "{}",
        shown(&answer)
    );
    assert!(answer.missing.is_empty(), "{:?}", answer.missing);
}

#[test]
fn both_sides_of_a_comparison_are_shown() {
    let shop = shop(&[
        (
            "reed.md",
            "# The Reed boat\n\nThe Reed boat carries four people and has one mast.\n",
        ),
        (
            "rush.md",
            "# The Rush boat\n\nThe Rush boat carries nine people and has two masts.\n",
        ),
    ]);
    let answer = shop.ask("What is the difference between the Reed boat and the Rush boat?");
    assert_eq!(answer.class, Verdict::Partly);
    let text = shown(&answer);
    assert!(
        text.contains("four people") && text.contains("nine people"),
        "{text}"
    );
}

#[test]
fn a_failure_is_answered_by_what_speaks_of_it() {
    let shop = shop(&[
        (
            "cancel.md",
            "# Mooring orders\n\nYou can set up, change or cancel a mooring order at the harbour office or by letter.\n",
        ),
        (
            "trouble.md",
            "# When things go wrong\n\n**Problem:** I cannot cancel a mooring order.\n**What to do:** It is after noon. Come back on the next day.\n\n\
             **Problem:** The gate is shut.\n**What to do:** Ring the bell.\n",
        ),
    ]);
    let answer = shop.ask("Why can't I cancel my mooring order?");
    let text = shown(&answer);
    assert!(
        text.contains("It is after noon") && text.contains("Come back"),
        "{text}"
    );
    let how = shop.ask("How do I cancel my mooring order?");
    assert!(shown(&how).starts_with("You can set up"), "{}", shown(&how));
}

#[test]
fn who_asks_for_a_number_gets_the_page_that_has_one() {
    let shop = shop(&[
        (
            "number.md",
            "# Your number plate\n\nEvery boat has a number plate, which is screwed to the bow.\n",
        ),
        (
            "contact.md",
            "# Contact\n\nThe harbour office is on 01632 960 100 from eight to five.\n",
        ),
    ]);
    for question in [
        "what's your number",
        "can i talk to someone",
        "I want to speak to a human",
    ] {
        let answer = shop.ask(question);
        assert!(
            shown(&answer).contains("960 100"),
            "{question}: {}",
            shown(&answer)
        );
    }
}

#[test]
fn a_short_paragraph_comes_whole() {
    let filler = "The boathouse was built a hundred years ago by the people of the village, and the wood came down the river. ".repeat(9);
    let shop = shop(&[(
        "power.md",
        &format!(
            "# Power cuts\n\n## After a cut\n\nThe panel of the boat lift shows a snail. If the power was off for more than two hours, the oil is warmed first. \
             The lift starts when the snail is gone.\n\n{filler}\n"
        ),
    )]);
    let text = shown(&shop.ask("Why does the panel of the boat lift show a snail?"));
    assert!(text.contains("the oil is warmed first"), "{text}");
    assert!(!text.contains("boathouse"), "{text}");
}

#[test]
fn a_time_to_come_is_not_answered_by_what_holds_from_today_on() {
    let shop = shop(&[(
        "prices.md",
        "# Ferry prices from 1 May 2026\n\nA crossing with a bicycle costs 47 crowns.\n",
    )]);
    let answer = shop.ask("What will a crossing with a bicycle cost from May 2031?");
    assert_ne!(answer.class, Verdict::Answered);
    assert_eq!(answer.missing, ["2031"]);
}

#[test]
fn a_second_request_may_need_the_first() {
    let shop = shop(&[(
        "cafe.md",
        "# Lantern café\n\n## Dates\n\nThe next lantern café is on 3 March.\n\n## Do I have to book?\n\nPlease do, for there are nine chairs.\n",
    )]);
    let text = shown(&shop.ask("When is the next lantern café and do I have to book?"));
    assert!(
        text.contains("3 March") && text.contains("nine chairs"),
        "{text}"
    );
}

#[test]
fn an_unsure_answer_names_the_words_that_it_lacks() {
    let shop = shop(&[
        (
            "berth.md",
            "# Berths\n\nA berth for one night costs 30 crowns. Pay at the office.\n",
        ),
        (
            "harp.md",
            "# Harps\n\nHarps are played on the quay in August.\n",
        ),
    ]);
    let question = "How much do musicians pay when they park a harp at a berth for one night?";
    let answer = shop.ask(question);
    assert_eq!(answer.class, Verdict::Partly, "{}", answer.probability);
    let named = [answer.missing, answer.unknown].concat();
    for word in ["park", "musicians"] {
        assert!(named.contains(&word.to_owned()), "{named:?}");
    }
}

#[test]
fn of_several_problems_the_one_that_is_meant_is_shown() {
    let shop = shop(&[(
        "wrong.md",
        "# When things go wrong\n\n**Problem:** The lantern of the mooring is dark.\n**What to do:** Ask the warden for a lamp.\n\n\
         **Problem:** I cannot cancel a mooring order.\n**What to do:** It is after noon. Come back on the next day.\n\n\
         **Problem:** A mooring rope is torn.\n**What to do:** Take a new one from the shed.\n",
    )]);
    let answer = shop.ask("my mooring rope is torn");
    let text = shown(&answer);
    assert!(text.contains("from the shed"), "{text}");
    assert!(
        !text.contains("after noon") && !text.contains("lamp"),
        "{text}"
    );
    let omitted = answer.parts.iter().find_map(|part| part.omitted).unwrap();
    assert_eq!(omitted.to_string(), "1 of 3 problems");
    // Each is a paragraph of its own.
    let all = shop.ask("What can go wrong with a mooring?");
    assert!(
        shown(&all).contains("for a lamp.\nProblem: I cannot"),
        "{}",
        shown(&all)
    );
}

#[test]
fn what_is_asked_counts_as_much_as_what_it_is_asked_of() {
    let filler = |n: i32| format!("# Page {n}\n\nThe BX-20 is painted in shade {n}.\n");
    let pages: Vec<(String, String)> = (1..4).map(|n| (format!("{n}.md"), filler(n))).collect();
    let mut documents: Vec<(&str, &str)> = pages
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    documents.push((
        "soot.md",
        "# Sweep the soot\n\nSweep the soot out of the flue with the long brush, from the top down.\n",
    ));
    let shop = shop(&documents);
    let answer = shop.ask("How do I sweep the soot out of the flue of a BX-20?");
    assert!(
        shown(&answer).starts_with("Sweep the soot"),
        "{}",
        shown(&answer)
    );
}

#[test]
fn an_exception_comes_whole_and_is_of_the_rule_that_is_asked_for() {
    let shop = shop(&[(
        "fast.md",
        "# Fast boats\n\n## Limits\n\nA boat may go at 8 knots in the bay under Rule 3.1.\n\n## Exceptions\n\nThe limit of Rule 3.1 does not apply to:\n\n\
         - a boat of the lifeguards;\n- a boat in a race.\n\n## Jet skis\n\nUnder Rule 3.4 the rider of a jet ski is 16 or over.\n",
    )]);
    let text = shown(&shop.ask("What is the limit for a boat in the bay?"));
    assert!(
        text.contains("does not apply to:") && text.contains("in a race"),
        "{text}"
    );
    let text = shown(&shop.ask("How old must the rider of a jet ski be under Rule 3.4?"));
    assert!(!text.contains("does not apply"), "{text}");
}

#[test]
fn no_word_is_told_that_the_asker_may_not_read() {
    let shop = shop(&[(
        "boats.md",
        "# Boats\n\nA boat with a lantern is painted green.\n",
    )]);
    let staff = "# Keys\n\nThe key of the flimbrantz chest hangs behind the clock.\n";
    shop.try_put("keys.md", staff, Some(Label::Staff)).unwrap();
    let unnamed =
        "# Marzipan and gloombert\n\nCakes are baked on the spot by the widow Snorrelda.\n";
    shop.try_put("cakes.md", unnamed, Some(Label::Unnamed))
        .unwrap();
    // Of a page that may be quoted and not named, the text may be told and the title may not.
    for hidden in ["What is flimbrants?", "What is gloombart?"] {
        let answer = shop.ask(hidden);
        assert!(answer.mended.is_none(), "{hidden}: {:?}", answer.mended);
    }
    assert!(shop.ask("Who is the widow Snorrelde?").mended.is_some());
}

#[test]
fn a_fragment_that_stands_nowhere_offers_no_choice() {
    let shop = shop(&[]);
    for nothing in ["xyzzy", "zebra", "quantum physics"] {
        let answer = shop.ask(nothing);
        assert_eq!(answer.class, Verdict::NotFound, "{nothing}");
        assert!(
            answer.choices.is_empty() && !answer.unknown.is_empty(),
            "{nothing}"
        );
    }
}

#[test]
fn another_number_of_the_thing_asked_is_no_contradiction() {
    let posts = |buckets: u32| {
        let post = |post| format!("The candle post {post} keeps {} buckets.", buckets + post);
        (11..30).map(post).collect::<Vec<_>>().join("\n\n")
    };
    let shop = shop(&[
        ("north.md", &format!("# Winter store\n\n{}", posts(20))),
        ("south.md", &format!("# Harbour wall\n\n{}", posts(60))),
    ]);
    let answer = shop.ask("How many buckets does candle post 17 keep?");
    let text = shown(&answer);
    assert!(text.contains("post 17"), "{text}");
    // Of the other page, if it is shown, only what it says of this post.
    for post in (11..30).filter(|post| *post != 17) {
        let other = format!("{} buckets", 60 + post);
        assert!(!text.contains(&other), "{text}");
    }
    assert!(
        text.contains("37 buckets") || text.contains("77 buckets"),
        "{text}"
    );
}

#[test]
fn a_version_with_its_points_is_found_by_itself() {
    let shop = shop(&[(
        "till.md",
        "# Changes of the till\n\n## 2.10.0\n\nAdds export to CSV.\n\n## 2.1.0\n\nAdds a dark theme.\n\n## 1.2.10\n\nMends a crash at start.\n",
    )]);
    for (question, expected) in [
        ("What's new in 2.10.0?", "export to CSV"),
        ("what changed in v1.2.10", "crash"),
    ] {
        let answer = shop.ask(question);
        assert!(
            shown(&answer).contains(expected),
            "{question}: {}",
            shown(&answer)
        );
        assert!(
            !answer
                .unknown
                .iter()
                .any(|word| word.contains(char::is_numeric)),
            "{question}: {:?}",
            answer.unknown
        );
    }
    assert_eq!(shop.ask("What is new in 2.1.1?").class, Verdict::NotFound);
}

#[test]
fn a_band_is_told_from_an_article_and_a_question_from_a_month() {
    let shop = shop(&[(
        "bands.md",
        "# Fees\n\nA boat in Band B pays 40 crowns. A boat in Band C pays 60 crowns.\n\n# Dogs\n\nA dog may come to the swimming hall on Sunday and on Wednesday.\n",
    )]);
    let band = shop.ask("What does a boat in Band A pay?");
    assert_ne!(band.class, Verdict::Answered);
    assert_eq!(band.missing, ["Band A"]);
    let known = shop.ask("What does a boat in Band B pay?");
    assert!(known.missing.is_empty(), "{:?}", known.missing);
    let dog = shop.ask("May I bring a dog to the swimming hall?");
    assert!(dog.missing.is_empty(), "{:?}", dog.missing);
    assert_ne!(dog.class, Verdict::NotFound);
}

#[test]
fn an_amount_is_no_year() {
    let shop = shop(&[(
        "transfer.md",
        "# Transfers\n\nA transfer of up to 2,500 crowns goes to a neighbour bank without a call.\n",
    )]);
    for amount in ["1999 pounds", "£2000", "2150 pounds"] {
        let question =
            format!("Does a transfer of {amount} go to a neighbour bank without a call?");
        assert_eq!(shop.ask(&question).class, Verdict::Partly, "{question}");
    }
}

#[test]
fn a_row_of_what_is_asked_for_counts_more_than_a_page_that_mentions_it() {
    let shop = shop(&[
        (
            "passes.md",
            "# Passes\n\n## All passes\n\n| Pass | Rate | Days |\n|-|-|-|\n| Amber pass | 21 crowns | 3 |\n| Coral pass | 34 crowns | 9 |\n\
             | Ivory pass | 55 crowns | 30 |\n",
        ),
        (
            "coral.md",
            "# Coral pass\n\n## Giving it back\n\nWhat is left is reckoned at the Amber pass rate, back to the first day.\n",
        ),
    ]);
    let text = shown(&shop.ask("amber pass rate"));
    assert!(text.starts_with("Amber pass | 21"), "{text}");
}

#[test]
fn what_was_and_what_will_be_is_asked_of_pages_of_that_time() {
    let page = |title: &str, said: &str, price: i32| {
        format!("# {title}\n\n{said}\n\nA crossing with a bicycle costs {price} crowns.\n")
    };
    // The tests' clock stands in 2027.
    let shop = shop(&[
        (
            "old.md",
            &page(
                "Ferry 2026",
                "These prices applied from 1 January 2026 to 31 December 2026.",
                31,
            ),
        ),
        ("now.md", &page("Ferry", "Prices of the ferry.", 42)),
        (
            "draft.md",
            &page(
                "Ferry 2028",
                "Draft: these prices are valid from 1 January 2028.",
                53,
            ),
        ),
    ]);
    for (question, first) in [
        ("What does a crossing with a bicycle cost?", "42"),
        ("What did a crossing with a bicycle use to cost?", "31"),
        ("What did a crossing with a bicycle cost last year?", "31"),
        ("What will a crossing with a bicycle cost next year?", "53"),
        ("What will a crossing with a bicycle cost?", "53"),
    ] {
        let answer = shop.ask(question);
        let text = shown(&answer);
        let price = text.split(" crowns").next().unwrap_or_default();
        assert!(price.ends_with(first), "{question}: {text}");
    }
}

#[test]
fn where_no_page_is_of_that_time_todays_is_said_to_be_todays() {
    let shop = shop(&[(
        "ferry.md",
        "# Ferry\n\nA crossing with a bicycle costs 42 crowns.\n",
    )]);
    for question in [
        "What did a crossing with a bicycle use to cost?",
        "What did a crossing with a bicycle cost last year?",
    ] {
        let answer = shop.ask(question);
        assert_eq!(answer.class, Verdict::Partly, "{question}");
        assert!(answer.caveats.contains(&Caveat::OfToday), "{question}");
    }
}
