use super::*;

/// The units that announce what follows them.
fn leads(source: &str) -> Vec<String> {
    let document = document(source);
    passages(&document)
        .iter()
        .flat_map(|passage| units(&document, passage))
        .filter(|(_, leads_in, _)| *leads_in)
        .map(|(_, _, text)| text.to_owned())
        .collect()
}

#[test]
fn a_problem_leads_in_to_its_remedy() {
    for source in [
        "Problem: The lamp blinks. It does so twice.\n\nCause: Dust.\n\nRemedy: Wipe it.\n",
        "Problem: The lamp blinks. It does so twice.\nCause: Dust.\nRemedy: Wipe it.\n",
        "**Problem:** The lamp blinks. It does so twice.  \n**Cause:** Dust.  \n**Remedy:** Wipe it.\n",
    ] {
        let wanted = [
            "Problem: The lamp blinks.",
            "It does so twice.",
            "Cause: Dust.",
        ];
        assert_eq!(leads(source), wanted, "{source}");
    }
    assert_eq!(
        leads("- Störung: Kein Licht\n- Abhilfe: Stecker prüfen\n"),
        ["• Störung: Kein Licht"]
    );
    assert_eq!(
        leads("Symptom: No light\n\nPress the knob.\n"),
        ["Symptom: No light"]
    );
    assert_eq!(
        leads("**Problem**  \nNo light.\n\n**Remedy**  \nPress.\n"),
        ["Problem\nNo light."]
    );
    assert_eq!(
        leads("If you see E7:\n\nPress the knob.\n"),
        ["If you see E7:"]
    );
    assert_eq!(
        leads("**Problem**\n\nNo light.\n\n**Solution**\n\nPress.\n"),
        ["Problem", "No light.", "Solution"]
    );
}

#[test]
fn a_problem_that_nothing_follows_leads_nowhere() {
    let none: [&str; 0] = [];
    assert_eq!(leads("The problem: it is old.\n"), none);
    assert_eq!(leads("- Problem: No light\n- Problem: No heat\n"), none);
    assert_eq!(
        leads("- Problem: No light.\n  Remedy: Press.\n- Problem: No heat. Remedy: Wait.\n"),
        none
    );
    assert_eq!(leads("Problem: No light.\n\n## Other\n\nText.\n"), none);
}

#[test]
fn a_question_leads_in_to_what_follows_it() {
    assert_eq!(leads("Lost it? Call us. We help.\n"), ["Lost it?"]);
    assert_eq!(
        leads("Lost it? Or stolen? Call us.\n"),
        ["Lost it?", "Or stolen?"]
    );
    assert_eq!(
        leads("Which papers do you need?\n\n- a passport\n- a bill\n"),
        ["Which papers do you need?"]
    );
    let none: [&str; 0] = [];
    assert_eq!(leads("- Is it on?\n- Is it in?\n\nThen call us.\n"), none);
    assert_eq!(leads("Call us. Lost it?\n\n## Other\n\nText.\n"), none);
}

#[test]
fn a_passage_does_not_end_between_problem_and_remedy() {
    let source = format!(
        "{}\n\nProblem: No light.\n\n{}\n\nRemedy: Press.\n",
        prose(24),
        prose(2)
    );
    let document = document(&source);
    let passages = passages(&document);
    let last = passages.last().expect("some").text(&document);
    assert!(
        passages.len() > 1 && last.contains("Problem:") && last.contains("Remedy:"),
        "{last}"
    );
}
