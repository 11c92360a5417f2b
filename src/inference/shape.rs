//! The dimensions of all-MiniLM-L6-v2.

/// Numbers in a vector, and in a token's state between layers.
pub const WIDTH: usize = 384;
/// Numbers that one attention head sees.
pub(super) const HEAD: usize = 32;
/// Numbers between the two products of a feed-forward block.
pub(super) const INNER: usize = 1536;
pub(super) const LAYERS: usize = 6;
/// Tokens of a text that are read, `[CLS]` and `[SEP]` included; the rest is cut off, as in the reference implementation.
pub const MAX_TOKENS: usize = 256;
