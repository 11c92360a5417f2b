//! What somebody says who sends something back to its author.

pub(crate) const MAX_REMARK_CHARS: usize = 2_000;

/// At most [`MAX_REMARK_CHARS`] characters, line ends are `\n`; it may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a remark has at most {MAX_REMARK_CHARS} characters")]
pub(crate) struct LongRemark;

impl Remark {
    pub(crate) fn new(text: &str) -> Result<Self, LongRemark> {
        let text = text.replace("\r\n", "\n");
        if text.chars().count() > MAX_REMARK_CHARS {
            return Err(LongRemark);
        }
        Ok(Self(text.trim().to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
