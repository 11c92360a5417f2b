//! Who may find a passage, and when.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;

use crate::clock::Moment;

/// How far a document may be shown, the widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Label {
    /// Quoted, named and linked.
    #[default]
    Public,
    /// Quoted, but neither named nor linked.
    Unnamed,
    /// For staff only: no visitor finds anything of it.
    Staff,
}

impl Label {
    pub(crate) const ALL: [Self; 3] = [Self::Public, Self::Unnamed, Self::Staff];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unnamed => "unnamed",
            Self::Staff => "staff",
        }
    }

    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::Public => "may be quoted, named and linked",
            Self::Unnamed => "may be quoted, not named or linked",
            Self::Staff => "staff only",
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not a label: public, unnamed or staff is expected")]
pub(crate) struct UnknownLabel;

impl FromStr for Label {
    type Err = UnknownLabel;
    fn from_str(text: &str) -> Result<Self, UnknownLabel> {
        Self::ALL
            .into_iter()
            .find(|label| label.name() == text)
            .ok_or(UnknownLabel)
    }
}

/// In which time something is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct During {
    /// From then on; `None`: from the beginning.
    pub effective: Option<Timestamp>,
    /// No longer from then on; `None`: for ever.
    pub expires: Option<Timestamp>,
}

impl During {
    /// [`super::in_force_sql`] is the same in the database.
    pub(crate) fn is_in_force(self, at: Moment) -> bool {
        self.effective.is_none_or(|effective| effective <= at.wall)
            && self.expires.is_none_or(|expires| at.expiry < expires)
    }

    /// It would be over before it begins.
    pub(crate) fn is_never(self) -> bool {
        matches!((self.effective, self.expires), (Some(from), Some(until)) if until <= from)
    }

    /// As they are stored: milliseconds since 1970.
    pub(crate) fn effective_ms(self) -> Option<i64> {
        self.effective.map(Timestamp::as_millisecond)
    }

    /// The same.
    pub(crate) fn expires_ms(self) -> Option<i64> {
        self.expires.map(Timestamp::as_millisecond)
    }

    fn is_within(self, wider: Self) -> bool {
        let begins = wider.effective.is_none() || self.effective >= wider.effective;
        let ends =
            wider.expires.is_none() || (self.expires.is_some() && self.expires <= wider.expires);
        begins && ends
    }
}

/// How far, and in which time, a document may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Visibility {
    pub label: Label,
    #[serde(flatten)]
    pub during: During,
}

impl Visibility {
    pub(crate) fn is_in_force(&self, at: Moment) -> bool {
        self.during.is_in_force(at)
    }

    /// Whether a visitor may open the document itself.
    pub(crate) fn may_be_opened(&self, at: Moment) -> bool {
        self.label == Label::Public && self.is_in_force(at)
    }

    /// Whether visitors find something of it, now or at another time.
    pub(crate) fn is_for_visitors(&self) -> bool {
        self.label != Label::Staff
    }

    /// Whether it shows nothing that `wider` does not show too, at any time.
    pub(crate) fn is_within(&self, wider: &Self) -> bool {
        self.label >= wider.label && self.during.is_within(wider.during)
    }

    fn allows(&self, audience: Audience, at: Moment) -> bool {
        let label = match audience {
            Audience::Visitor => self.label != Label::Staff,
            Audience::Staff => true,
        };
        label && self.is_in_force(at)
    }

    /// Everybody may find it, always.
    pub(super) fn is_unrestricted(&self) -> bool {
        self.label != Label::Staff && self.during == During::default()
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Visitor,
    Staff,
}

/// Which passages may be found.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    audience: Audience,
    at: Moment,
    only: Option<HashSet<i64>>,
}

impl Filter {
    pub(crate) fn new(audience: Audience, at: impl Into<Moment>) -> Self {
        Self {
            audience,
            at: at.into(),
            only: None,
        }
    }

    /// What a visitor may find.
    pub(crate) fn visitor(at: impl Into<Moment>) -> Self {
        Self::new(Audience::Visitor, at)
    }

    /// Only these passages, and of them those that may be found anyway.
    pub(super) fn among(self, only: HashSet<i64>) -> Self {
        Self {
            only: Some(only),
            ..self
        }
    }

    /// Whether a document that was found may be named and linked.
    pub(crate) fn names(&self, visibility: &Visibility) -> bool {
        match self.audience {
            Audience::Visitor => visibility.label == Label::Public,
            Audience::Staff => true,
        }
    }

    pub(crate) fn at(&self) -> Moment {
        self.at
    }

    pub(super) fn includes(&self, passage: i64) -> bool {
        self.only
            .as_ref()
            .is_none_or(|only| only.contains(&passage))
    }

    pub(super) fn sees(&self, visibility: &Visibility) -> bool {
        visibility.allows(self.audience, self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn visibility(label: Label, effective: Option<i64>, expires: Option<i64>) -> Visibility {
        let at = |seconds: i64| NOON + jiff::SignedDuration::from_secs(seconds);
        Visibility {
            label,
            during: During {
                effective: effective.map(at),
                expires: expires.map(at),
            },
        }
    }

    #[test]
    fn a_visitor_sees_no_staff_document_and_nothing_out_of_its_time() {
        let visitor = Filter::visitor(NOON);
        let staff = Filter::new(Audience::Staff, NOON);
        for (given, for_visitor, for_staff) in [
            (visibility(Label::Public, None, None), true, true),
            (visibility(Label::Unnamed, None, None), true, true),
            (visibility(Label::Staff, None, None), false, true),
            (visibility(Label::Public, Some(0), None), true, true),
            (visibility(Label::Public, Some(1), None), false, false),
            (visibility(Label::Public, None, Some(1)), true, true),
            (visibility(Label::Public, None, Some(0)), false, false),
        ] {
            assert_eq!(
                (visitor.sees(&given), staff.sees(&given)),
                (for_visitor, for_staff),
                "{given:?}"
            );
        }
        assert!(!visibility(Label::Unnamed, None, None).may_be_opened(NOON.into()));
    }

    #[test]
    fn what_shows_less_is_within_what_shows_more() {
        let always = visibility(Label::Public, None, None);
        let for_a_while = visibility(Label::Public, Some(0), Some(9));
        for (narrow, wide, expected) in [
            (always, always, true),
            (for_a_while, always, true),
            (always, for_a_while, false),
            (visibility(Label::Unnamed, None, None), always, true),
            (always, visibility(Label::Unnamed, None, None), false),
            (
                visibility(Label::Unnamed, Some(1), Some(8)),
                for_a_while,
                true,
            ),
            (
                visibility(Label::Public, Some(-1), Some(8)),
                for_a_while,
                false,
            ),
            (
                visibility(Label::Public, Some(1), Some(10)),
                for_a_while,
                false,
            ),
            (visibility(Label::Public, Some(1), None), for_a_while, false),
            (visibility(Label::Public, None, Some(8)), for_a_while, false),
        ] {
            assert_eq!(narrow.is_within(&wide), expected, "{narrow:?} {wide:?}");
        }
    }
}
