//! Thirty days of questions that nobody asked, so that the overview and the gaps show something.

use jiff::{SignedDuration, Timestamp};

use super::{Failure, Sample};
use crate::answer;
use crate::app::{App, OpenWorkspace};
use crate::gap;
use crate::id::QuestionId;
use crate::question::{self, Asked, Outcome, Surface};
use crate::search::Filter;

const DAYS: i64 = 30;
/// Written in one transaction.
const BATCH: usize = 500;
/// In parts of a hundred: how many of a week's questions come on each day, Monday first.
const WEEK: [usize; 7] = [19, 18, 17, 17, 15, 8, 6];

/// Asks every sample question once, and keeps it as often as it takes for `count` in all.
pub(super) fn invent(app: &App, workspace: &OpenWorkspace, count: usize) -> Result<(), Failure> {
    let file = Sample::get("history.txt").ok_or("the sample has no questions")?;
    let texts: Vec<&str> = std::str::from_utf8(&file.data)?.lines().collect();
    let now = app.clock.now();
    let filter = Filter::visitor(now);
    let mut known = Vec::with_capacity(texts.len());
    for text in &texts {
        let answer = answer::ask(app.engine(workspace)?, &text.parse()?, &filter)?;
        known.push(Asked {
            id: QuestionId::random(),
            at: now.wall,
            text: (*text).to_owned(),
            outcome: gap::outcome_of(answer.class),
            probability: answer.probability,
            surface: Surface::Help,
            answer_hash: gap::hash_of(&answer),
            vector: gap::outcome_of(answer.class)
                .awaits_gap()
                .then_some(answer.vector),
        });
    }
    // Most of what people ask is what others asked before, and knowledge is written for that.
    let deck: Vec<usize> = (0..known.len())
        .flat_map(|which| {
            let often = if known[which].outcome == Outcome::Answered {
                5
            } else {
                1
            };
            std::iter::repeat_n(which, often)
        })
        .collect();
    let moments: Vec<Timestamp> = moments(now.wall, count).collect();
    let pool = app.pool()?;
    for (batch, moments) in moments.chunks(BATCH).enumerate() {
        let asked: Vec<Asked> = moments
            .iter()
            .enumerate()
            .map(|(index, at)| {
                let turn = batch * BATCH + index;
                Asked {
                    id: QuestionId::random(),
                    at: *at,
                    ..known[deck[turn * 7_919 % deck.len()]].clone()
                }
            })
            .collect();
        workspace.db.write(|tx| {
            for asked in &asked {
                question::record(tx, asked)?;
            }
            Ok::<_, question::Error>(())
        })?;
    }
    while gap::group(&workspace.db, pool, BATCH)? > 0 {}
    Ok(())
}

/// When they were asked: in office hours, fewer at weekends, the earliest first.
fn moments(now: Timestamp, count: usize) -> impl Iterator<Item = Timestamp> {
    let day = SignedDuration::from_hours(24);
    let first = now - day * i32::try_from(DAYS).unwrap_or(0);
    let weights: Vec<usize> = (0..DAYS)
        .map(|ago| {
            let at = first + SignedDuration::from_hours(24 * (ago + 1));
            let weekday = at.to_zoned(jiff::tz::TimeZone::UTC).weekday();
            WEEK[usize::from(weekday.to_monday_zero_offset().unsigned_abs())]
        })
        .collect();
    let all: usize = weights.iter().sum();
    let mut before = 0;
    weights
        .into_iter()
        .zip(1..)
        .flat_map(move |(weight, ago): (usize, i64)| {
            let (from, to) = (before * count / all, (before + weight) * count / all);
            before += weight;
            let of_day = to - from;
            (0..of_day).map(move |index| {
                let within = i64::try_from(index * 10 * 3_600 / of_day.max(1)).unwrap_or(0);
                let end = first + SignedDuration::from_hours(24 * ago);
                end - SignedDuration::from_secs(10 * 3_600 - within)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_moments_as_asked_for_in_order_and_before_now() {
        let now = Timestamp::constant(1_800_000_000, 0);
        let moments: Vec<_> = moments(now, 1_000).collect();
        assert_eq!(moments.len(), 1_000);
        assert!(moments.is_sorted());
        assert!(moments[999] < now && moments[0] > now - SignedDuration::from_hours(24 * 31));
    }
}
