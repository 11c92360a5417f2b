//! Identifiers that cannot be confused with each other: a newtype for everything that is named by a random id.
//!
//! An id is 100 random bits as 20 characters of Crockford's base 32 (no `i`, `l`, `o`, `u`), lower case: safe in a URL and a
//! file name, and readable over the telephone.

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
pub(crate) const LENGTH: usize = 20;

pub(crate) fn random() -> String {
    let mut bytes = [0; LENGTH];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system's random source works");
    bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect()
}

pub(crate) fn is_well_formed(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

#[derive(Debug, thiserror::Error)]
#[error("not an id: {LENGTH} characters of 0-9 and a-z without i, l, o, u are expected")]
pub(crate) struct Malformed;

/// Declares a typed id.
macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(String);

        impl $name {
            pub(crate) fn random() -> Self {
                Self($crate::id::random())
            }

            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::Malformed;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if $crate::id::is_well_formed(text) { Ok(Self(text.to_owned())) } else { Err($crate::id::Malformed) }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

typed_id!(
    /// A workspace: one encrypted database file.
    WorkspaceId
);
typed_id!(
    /// A document of one workspace.
    DocumentId
);
typed_id!(
    /// What somebody is writing in one window and has not saved.
    WorkingCopyId
);
typed_id!(
    /// An API key (not its secret).
    ApiKeyId
);
typed_id!(
    /// Something that waits for somebody's approval.
    ReviewId
);
typed_id!(
    /// An answer that staff fixed.
    ApprovedId
);
typed_id!(
    /// A question that somebody asked.
    QuestionId
);
typed_id!(
    /// A group of questions that the knowledge does not answer.
    GapId
);
typed_id!(
    /// Two documents that say different things of the same.
    DisagreementId
);
typed_id!(
    /// A member of staff.
    StaffId
);
typed_id!(
    /// A signed-in browser of a member of staff (not its token).
    SessionId
);
typed_id!(
    /// A request over the network, in the log of requests and in that of changes.
    RequestId
);
typed_id!(
    /// A single-use link that was sent to somebody (not its token).
    LinkId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_ids_are_well_formed_and_differ() {
        let (a, b) = (random(), random());
        assert!(is_well_formed(&a) && is_well_formed(&b));
        assert_ne!(a, b);
    }

    #[test]
    fn paths_and_upper_case_are_not_ids() {
        for text in [
            "",
            "../../../../etc/passw",
            "ABCDEFGHJKMNPQRSTVWX",
            "0123456789abcdefghji",
        ] {
            assert!(text.parse::<WorkspaceId>().is_err(), "{text}");
        }
    }
}
