use super::*;

#[test]
fn a_question_is_checked_at_the_edge() {
    assert_eq!("  \n".parse::<Question>().unwrap_err(), BadQuestion::Empty);
    assert_eq!("x".repeat(100_000).parse::<Question>().unwrap_err(), BadQuestion::TooLong);
    assert_eq!("a\u{0}b".parse::<Question>().unwrap_err(), BadQuestion::ControlCharacter);
    assert_eq!(" What?\n".parse::<Question>().unwrap().as_str(), "What?");
}
