use super::*;

/// Of every list in a file: what it is called, and what is in it.
fn lists(table: &toml::Table, path: &str, found: &mut Vec<(String, Vec<String>)>) {
    for (key, value) in table {
        let path = format!("{path}{key}");
        match value {
            toml::Value::Table(inner) => lists(inner, &format!("{path}."), found),
            toml::Value::Array(values) => {
                let texts = values.iter().filter_map(toml::Value::as_str);
                found.push((path, texts.map(ToOwned::to_owned).collect()));
            }
            _ => {}
        }
    }
}

#[test]
fn every_language_is_read_whole() {
    assert_eq!(all().len(), SOURCES.len());
    assert!(english().stop_words.contains("the"));
}

#[test]
fn no_word_stands_twice_and_all_are_in_lower_case() {
    for source in SOURCES {
        let mut found = Vec::new();
        lists(&source.parse().unwrap(), "", &mut found);
        assert!(found.len() > 30, "the lists are found");
        for (path, words) in found {
            let distinct: HashSet<&String> = words.iter().collect();
            assert_eq!(distinct.len(), words.len(), "{path}");
            for word in &words {
                assert_eq!(word, &word.to_lowercase(), "{path}");
                assert_eq!(word, word.trim(), "{path}");
            }
        }
    }
}

#[test]
fn a_list_that_the_program_does_not_know_is_refused() {
    let source = format!("colours = []\n{}", SOURCES[0]);
    assert!(toml::from_str::<Language>(&source).is_err());
    let eleven = SOURCES[0].replacen("    { names = [\"may\"], short = [] },\n", "", 1);
    assert!(toml::from_str::<Language>(&eleven).is_err());
}

#[test]
fn words_are_compared_without_case_and_marks() {
    assert_eq!(
        words("Don’t—the Café, 2.5%"),
        ["dont", "the", "cafe", "2", "5"]
    );
    let german = &all()[1];
    assert!(english().negations.contains(&fold("Can't")));
    assert!(german.stop_words.contains(&fold("Für")));
    assert!(german.relative_days.contains(&fold("Übermorgen")));
}

fn languages() -> (&'static Language, &'static Language) {
    let [english, german] = all() else {
        panic!("two languages")
    };
    (english, german)
}

fn are(phrases: &Phrases, text: &str) -> bool {
    phrases.are(&words(text))
}

fn begin(phrases: &Phrases, text: &str) -> bool {
    phrases.begin(&words(text))
}

fn are_in(phrases: &Phrases, text: &str) -> bool {
    phrases.are_in(&words(text))
}

#[test]
fn phrases_begin_a_text_stand_in_it_or_are_all_of_it() {
    let (english, german) = languages();
    let rules = &english.restrictions;
    assert!(begin(&rules.opening, "Except on Sundays."));
    assert!(begin(&rules.opening, "From 1 May on it costs more."));
    assert!(!begin(&rules.opening, "It is open, except on Sundays."));
    assert!(are_in(&rules.within, "It is open, except on Sundays."));
    assert!(are(&rules.headings, "What is not covered"));
    assert!(!are(&rules.headings, "What is not covered by it"));
    let german = &german.restrictions;
    assert!(are_in(&german.within, "Das gilt nicht für Hunde."));
}

#[test]
fn what_documents_say_of_themselves_is_known() {
    let (english, german) = languages();
    let outdated = &english.standing.outdated;
    assert!(are_in(outdated, "This page was superseded by the new one."));
    assert!(begin(&english.standing.draft, "DRAFT: Fees"));
    assert!(begin(&german.standing.draft, "Entwurf vom 3. Mai"));
    let validity = &english.standing.validity;
    assert!(are_in(validity, "Valid from: 1 January 2026"));
}

#[test]
fn what_people_say_and_ask_is_known() {
    let (english, german) = languages();
    assert!(are(&english.talk.greetings, "Hello!"));
    assert!(!are(&english.talk.greetings, "Hello, what does it cost?"));
    assert!(are(&german.talk.thanks, "Vielen Dank."));
    assert!(are(&english.talk.who_are_you, "Who are you?"));
    assert!(are_in(&english.asks.steps, "And how do I pay?"));
    assert!(are_in(&german.asks.fact, "Wie lange dauert es?"));
    assert!(are(&german.labels.remedy, "Abhilfe"));
    for labels in [&english.labels, &german.labels] {
        let lists = [
            &labels.question,
            &labels.answer,
            &labels.problem,
            &labels.cause,
            &labels.remedy,
        ];
        assert!(lists.iter().all(|list| !are(list, "opening hours")));
    }
}

#[test]
fn a_gap_is_some_words_and_not_none() {
    let phrases = Phrases::from(vec!["from … on".to_owned()]);
    assert!(phrases.are(&words("from the first of May on")));
    assert!(!phrases.begin(&words("from on")));
    assert!(!phrases.begin(&words("from one two three four five six on")));
}

#[test]
fn months_and_days_are_known_by_their_names() {
    let (english, german) = languages();
    assert_eq!(english.months.find("sept"), Some(8));
    assert_eq!(english.months.find_name("sept"), None);
    assert_eq!(german.months.find(&fold("März")), Some(2));
    assert_eq!(english.weekdays.find("sundays"), Some(6));
    assert_eq!(german.weekdays.find_short("do"), Some(3));
    assert_eq!(german.months.find("monday"), None);
}

#[test]
fn opposites_come_in_pairs() {
    assert!(
        english()
            .opposites
            .iter()
            .any(|pair| pair == ("open", "close"))
    );
    let german = &all()[1];
    assert!(
        german
            .opposites
            .iter()
            .any(|pair| pair == ("offnen", "schliessen"))
    );
}

#[test]
fn abbreviations_are_written_without_their_last_stop() {
    for language in all() {
        let Sentence {
            never,
            before_number,
            before_number_endings,
            before_starter,
            times,
            time_zones,
            before_ordinal,
            before_hour,
            starters,
        } = &language.sentence;
        let sets = [
            never,
            before_number,
            before_starter,
            times,
            time_zones,
            before_ordinal,
            before_hour,
            starters,
        ];
        for word in sets.into_iter().flatten().chain(before_number_endings) {
            assert!(!word.ends_with('.') && !word.contains(' '), "{word}");
        }
    }
}
