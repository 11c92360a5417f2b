//! A machine whose clock is set, with libfaketime: the command line tells, and a person confirms.

use std::process::Command;

use crate::support::{EXECUTABLE, Finished, Instance, run};

/// A command on an instance, on a machine whose clock is off by `by`.
fn at(instance: &Instance, by: &str, arguments: &[&str]) -> Finished {
    let mut command = Command::new("faketime");
    command.args(["-f", by, EXECUTABLE]).args(arguments);
    command
        .env("ANCHORITE_DATA", instance.data())
        // Running time goes on as it does.
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .env("DONT_FAKE_MONOTONIC", "1");
    run(command, "")
}

#[test]
fn a_clock_that_was_set_forward_is_noticed_and_confirmed_and_back_brings_nothing_back() {
    let instance = Instance::new();
    let told = instance.run(&["clock"]).succeeded().stdout;
    assert!(told.contains("the clock is right"), "{told}");

    let told = at(&instance, "+400d", &["clock"]).succeeded().stdout;
    assert!(
        told.contains("ahead by 4") && told.contains("--accept"),
        "{told}"
    );
    // Nobody confirmed it, and it went back: all is as it was.
    let told = instance.run(&["clock"]).succeeded().stdout;
    assert!(!told.contains("ahead"), "{told}");

    let json = at(&instance, "+400d", &["clock", "--json"])
        .succeeded()
        .json();
    assert_eq!(
        (&json["standing"], &json["accepted"]),
        (&"ahead".into(), &false.into()),
        "{json}"
    );
    assert!(
        json["differs_by_s"].as_i64().unwrap() > 399 * 86_400,
        "{json}"
    );
    let jump = &json["jumps"][0];
    assert!(
        jump["while_off"] == true && jump["from"].as_str() < jump["to"].as_str(),
        "{json}"
    );

    at(&instance, "+400d", &["clock", "--accept"]).succeeded();
    let told = at(&instance, "+400d", &["clock"]).succeeded().stdout;
    assert!(told.contains("the clock is right"), "{told}");
    let told = instance.run(&["clock"]).succeeded().stdout;
    assert!(told.contains("behind by"), "{told}");
    let told = instance.run(&["clock", "--accept"]).succeeded().stdout;
    assert!(told.contains("Confirmed"), "{told}");
    let told = instance.run(&["clock"]).succeeded().stdout;
    assert!(told.contains("the clock is right"), "{told}");
    let json = instance.run(&["clock", "--json"]).succeeded().json();
    assert_eq!(
        (&json["standing"], &json["differs_by_s"]),
        (&"right".into(), &0.into()),
        "{json}"
    );
}
