//! Why an answer did not help.

use std::fmt;
use std::str::FromStr;

use crate::privacy;

/// The reasons that a visitor can choose among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Complaint {
    Wrong,
    NotComplete,
    OutOfDate,
    NotWhatIAsked,
}

impl Complaint {
    pub(crate) const ALL: [Self; 4] = [
        Self::Wrong,
        Self::NotComplete,
        Self::OutOfDate,
        Self::NotWhatIAsked,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::NotComplete => "not_complete",
            Self::OutOfDate => "out_of_date",
            Self::NotWhatIAsked => "not_what_i_asked",
        }
    }

    /// As a visitor says it.
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::Wrong => "It is wrong",
            Self::NotComplete => "It is not complete",
            Self::OutOfDate => "It is out of date",
            Self::NotWhatIAsked => "It is not what I asked",
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not a reason: wrong, not_complete, out_of_date or not_what_i_asked is expected")]
pub(crate) struct UnknownComplaint;

impl FromStr for Complaint {
    type Err = UnknownComplaint;
    fn from_str(text: &str) -> Result<Self, UnknownComplaint> {
        Self::ALL
            .into_iter()
            .find(|complaint| complaint.name() == text)
            .ok_or(UnknownComplaint)
    }
}

/// A line in a visitor's own words: at most [`Remark::MOST`] characters. It may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Remark(String);

impl Remark {
    pub(crate) const MOST: usize = 300;

    /// With marks in the place of what was recognised.
    pub(crate) fn without_personal_data(&self) -> Self {
        Self(privacy::redact(&self.0))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a remark has at most {} characters", Remark::MOST)]
pub(crate) struct LongRemark;

impl FromStr for Remark {
    type Err = LongRemark;
    fn from_str(text: &str) -> Result<Self, LongRemark> {
        let line: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let line = line.trim();
        if line.chars().count() > Self::MOST {
            return Err(LongRemark);
        }
        Ok(Self(line.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::QuestionId;
    use crate::question::{self, Asked, Outcome, Surface};
    use crate::testing::{NOW, workspace_db};

    #[test]
    fn a_reason_is_known_by_its_name() {
        for complaint in Complaint::ALL {
            assert_eq!(complaint.name().parse::<Complaint>().unwrap(), complaint);
        }
        "else".parse::<Complaint>().unwrap_err();
    }

    #[test]
    fn why_an_answer_did_not_help_is_kept_until_somebody_says_that_it_did() {
        let db = workspace_db();
        let asked = Asked {
            id: QuestionId::random(),
            at: NOW,
            text: "What does it cost?".to_owned(),
            outcome: Outcome::Answered,
            probability: 0.9,
            surface: Surface::Help,
            answer_hash: [0; 32],
            vector: None,
        };
        let id = asked.id.clone();
        let remark: Remark = "Ask me at a@bank.example".parse().unwrap();
        let remark = remark.without_personal_data();
        db.write(|tx| {
            question::record(tx, &asked)?;
            question::complain(tx, &id, Some(Complaint::OutOfDate), &remark)
        })
        .unwrap();
        let kept = question::find(&db, &id).unwrap().unwrap();
        assert_eq!(kept.helped, Some(false));
        assert_eq!(kept.complaint, Some(Complaint::OutOfDate));
        assert_eq!(kept.remark, "Ask me at [e-mail]");
        let awaiting = db.read(|c| question::awaiting_gap(c, 9)).unwrap();
        assert_eq!(awaiting.len(), 1, "it is for the list of gaps");

        db.write(|tx| question::set_helped(tx, &id, true)).unwrap();
        let kept = question::find(&db, &id).unwrap().unwrap();
        assert_eq!(
            (kept.helped, kept.complaint, kept.remark.as_str()),
            (Some(true), None, "")
        );
    }

    #[test]
    fn a_remark_is_one_short_line() {
        let remark: Remark = " a\r\nb\u{1b} ".parse().unwrap();
        assert_eq!(remark.as_str(), "a  b");
        assert_eq!("".parse::<Remark>().unwrap(), Remark::default());
        "é".repeat(Remark::MOST).parse::<Remark>().unwrap();
        "é".repeat(Remark::MOST + 1).parse::<Remark>().unwrap_err();
    }
}
