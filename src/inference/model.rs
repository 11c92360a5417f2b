//! The model: texts in, unit vectors out.

use std::ops::Range;

use parking_lot::Mutex;

use super::{
    error::Result,
    forward::{BATCH_TOKENS, Workspace},
    kernels::Isa,
    parts::{PartedText, Parts, States},
    shape::WIDTH,
    tokens::Tokens,
    weights::Weights,
};

/// all-MiniLM-L6-v2 with its tokeniser. Shared between threads; every call computes on the calling thread.
pub struct Model {
    isa: Isa,
    tokens: Tokens,
    weights: Weights,
    /// Those that no call uses at the moment.
    workspaces: Mutex<Vec<Workspace>>,
}

impl Model {
    /// Unpacks the model that is part of the binary for this processor (about 50 ms).
    ///
    /// # Errors
    /// Only if the binary is damaged.
    pub fn load() -> Result<Self> {
        Self::load_for(Isa::best())
    }

    /// As [`Model::load`], for tests and measurements of one instruction set.
    ///
    /// # Errors
    /// Only if the binary is damaged.
    pub fn load_for(isa: Isa) -> Result<Self> {
        Ok(Self {
            isa,
            tokens: Tokens::load()?,
            weights: Weights::load(isa)?,
            workspaces: Mutex::default(),
        })
    }

    /// The instruction set in use.
    #[must_use]
    pub fn isa(&self) -> Isa {
        self.isa
    }

    /// Embeds `texts`: an N×384 matrix of unit vectors, row by row. Mean pooling as in Reimers & Gurevych 2019, what follows 256 tokens is ignored.
    ///
    /// # Errors
    /// If the tokeniser refuses a text or memory is short.
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<f32>> {
        let encoded = texts
            .iter()
            .map(|text| self.tokens.encode(text))
            .collect::<Result<Vec<_>>>()?;
        self.embed_tokens(&encoded)
    }

    /// Embeds parts of one text as they are meant within it: one pass over the text, then for each byte range the mean of its tokens' states.
    ///
    /// Returns a unit vector for each span; all zeros if none of its tokens is among the first 256.
    ///
    /// # Errors
    /// If the tokeniser refuses the text or memory is short.
    pub fn embed_spans(&self, text: &str, spans: &[Range<usize>]) -> Result<Vec<f32>> {
        let located = self.tokens.locate(text)?;
        self.forward(&[&located.ids], |states| {
            let states: Vec<&[f32]> = states.chunks_exact(WIDTH).collect();
            spans
                .iter()
                .flat_map(|span| mean(located.touching(span).map(|token| states[token])))
                .collect()
        })
    }

    /// Embeds texts and their parts: one pass over each text, many texts to a pass.
    ///
    /// # Errors
    /// If the tokeniser refuses a text or memory is short.
    pub fn embed_parts(&self, texts: &[PartedText]) -> Result<Vec<Parts>> {
        let located = texts
            .iter()
            .map(|text| self.tokens.locate(&text.text))
            .collect::<Result<Vec<_>>>()?;
        let mut parts = Vec::with_capacity(texts.len());
        let mut rest = located.iter().zip(texts).collect::<Vec<_>>();
        while !rest.is_empty() {
            let later = rest.split_off(fitting(rest.iter().map(|(located, _)| located.ids.len())));
            let ids: Vec<&[u32]> = rest
                .iter()
                .map(|(located, _)| located.ids.as_slice())
                .collect();
            self.forward(&ids, |states| {
                let mut states = states.chunks_exact(WIDTH);
                for (located, text) in &rest {
                    let own: Vec<&[f32]> = states.by_ref().take(located.ids.len()).collect();
                    let spans = text
                        .spans
                        .iter()
                        .flat_map(|span| mean(located.touching(span).map(|token| own[token])));
                    parts.push(Parts {
                        whole: mean(own.iter().copied()).to_vec(),
                        spans: spans.collect(),
                    });
                }
            })?;
            rest = later;
        }
        Ok(parts)
    }

    /// The states of a text's tokens.
    ///
    /// # Errors
    /// If the tokeniser refuses the text or memory is short.
    pub fn states(&self, text: &str) -> Result<States> {
        let located = self.tokens.locate(text)?;
        self.forward(&[&located.ids], |states| {
            let states = states.chunks_exact(WIDTH);
            States {
                whole: mean(states.clone()).to_vec(),
                tokens: states
                    .flat_map(|state| mean(std::iter::once(state)))
                    .collect(),
                places: located.places.clone(),
            }
        })
    }

    /// How many word pieces a text has, without `[CLS]` and `[SEP]`.
    ///
    /// # Errors
    /// If the tokeniser refuses the text.
    pub fn count_tokens(&self, text: &str) -> Result<usize> {
        self.tokens.count(text)
    }

    /// Token numbers as [`Model::embed`] makes them, for measurements.
    ///
    /// # Errors
    /// If the tokeniser refuses the text.
    #[doc(hidden)]
    pub fn tokenize(&self, text: &str) -> Result<Vec<u32>> {
        self.tokens.encode(text)
    }

    /// As [`Model::embed`], of texts that are token numbers already.
    ///
    /// # Errors
    /// If memory is short.
    #[doc(hidden)]
    pub fn embed_tokens(&self, texts: &[Vec<u32>]) -> Result<Vec<f32>> {
        let mut vectors = Vec::with_capacity(texts.len() * WIDTH);
        let mut rest = texts;
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(fitting(rest.iter().map(Vec::len)));
            let batch: Vec<&[u32]> = batch.iter().map(Vec::as_slice).collect();
            self.forward(&batch, |states| {
                let mut states = states.chunks_exact(WIDTH);
                for text in &batch {
                    vectors.extend(mean(states.by_ref().take(text.len())));
                }
            })?;
            rest = later;
        }
        Ok(vectors)
    }

    fn forward<T>(&self, texts: &[&[u32]], read: impl FnOnce(&[f32]) -> T) -> Result<T> {
        let idle = self.workspaces.lock().pop();
        let mut workspace = match idle {
            Some(workspace) => workspace,
            None => Workspace::new()?,
        };
        let answer = workspace.forward(&self.weights, self.isa, texts, read)?;
        self.workspaces.lock().push(workspace);
        Ok(answer)
    }
}

/// How many of the first texts go into one batch; at least one.
fn fitting(lengths: impl Iterator<Item = usize>) -> usize {
    let mut tokens = 0;
    let fits = |length: &usize| {
        tokens += length;
        tokens <= BATCH_TOKENS
    };
    lengths.take_while(fits).count()
}

/// The mean direction of states: a unit vector, or zeros if there are none.
fn mean<'a>(states: impl Iterator<Item = &'a [f32]>) -> [f32; WIDTH] {
    let mut sum = [0.0; WIDTH];
    for state in states {
        sum.iter_mut()
            .zip(state)
            .for_each(|(sum, number)| *sum += number);
    }
    let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > 0.0 {
        for number in &mut sum {
            *number /= length;
        }
    }
    sum
}
