//! Random documents from a small deterministic generator, so that a failure repeats.

/// Knuth's MMIX constants.
pub(crate) struct Random(u64);

const INLINE: [&str; 28] = [
    "word",
    "Fees",
    "e.g.",
    "3.50",
    "**bold**",
    "*it",
    "`code`",
    "[link](http://a.b)",
    "![alt](i.png)",
    "![](x.png)",
    "<br>",
    "<b>",
    "</b>",
    "<account-id>",
    "&amp;",
    "&#8364;",
    "\\.",
    "é",
    "e\u{301}",
    "日本語。",
    "🙂",
    "\u{200B}",
    "?!",
    "[^1]",
    "~~gone~~",
    "|",
    "<script>x</script>",
    "**",
];

const BLOCK: [&str; 24] = [
    "# ",
    "## ",
    "### ",
    "- ",
    "  - ",
    "    - ",
    "1. ",
    "   2) ",
    "> ",
    "> > ",
    "    ",
    "```\n",
    "| a | b |\n|---|---|\n| ",
    "<div>",
    "</div>",
    "<table><tr><td>",
    "<ul><li>",
    "<p hidden>",
    "<pre>",
    "[^1]: ",
    "---\n",
    "- [x] ",
    "<!--",
    "> [!NOTE]\n> ",
];

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    pub(crate) fn document(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(30) {
            if self.below(3) > 0 {
                text.push_str(BLOCK[self.below(BLOCK.len())]);
            }
            for _ in 0..self.below(40) {
                text.push_str(INLINE[self.below(INLINE.len())]);
                text.push_str([" ", " ", " ", ". ", "\n", "  \n", ": ", ""][self.below(8)]);
            }
            text.push_str(["\n", "\n\n"][self.below(2)]);
        }
        text
    }
}
