use super::*;

#[test]
fn the_example_is_complete_and_equals_the_defaults() {
    assert_eq!(Config::parse(EXAMPLE).unwrap(), Config::default());
    let mut reader = Reader::new(EXAMPLE).unwrap();
    Config::read(&mut reader);
    assert_eq!(reader.absent(), Vec::<&str>::new());
}

#[test]
fn every_problem_is_reported_at_once_with_its_line() {
    let problems = Config::parse(
        "[server]\nlisten = \"nowhere\"\nworkers = 0\n\n[anser]\nx = 1\n[log]\nformat = \"xml\"\n[tls]\ncertificate_file = \"a.pem\"\n\
         [answer]\npartly_from = 2\n",
    )
    .unwrap_err();
    let lines: Vec<_> = problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [2, 3, 6, 8, 10, 12]);
    assert_eq!(
        problems[1].message,
        "server.workers must be a whole number from 1 to 64"
    );
    assert_eq!(problems[2].message, "anser.x is not a setting");
}

#[test]
fn broken_toml_is_reported_with_its_line() {
    assert_eq!(
        Config::parse("[server]\nlisten = \n").unwrap_err()[0].line,
        2
    );
}
