//! The pieces of work that a forward pass is made of, and how they are cut so that what lies between them stays in the caches.

use super::{
    Isa,
    activation::{Norm, gelu},
    attention::attend,
    product::{Out, Product, multiply},
    run,
};
use crate::inference::shape::{INNER, WIDTH};

/// Packed weights: f32, or bfloat16 pairs for [`super::Isa::Avx512Bf16`].
#[derive(Clone, Copy)]
pub(in crate::inference) enum Panels<'a> {
    Single(&'a [f32]),
    Pairs(&'a [u32]),
}

impl Panels<'_> {
    /// Two matrices of the same size that were packed together.
    fn halves(&self) -> (Self, Self) {
        match self {
            Self::Single(words) => {
                let (first, second) = words.split_at(words.len() / 2);
                (Self::Single(first), Self::Single(second))
            }
            Self::Pairs(words) => {
                let (first, second) = words.split_at(words.len() / 2);
                (Self::Pairs(first), Self::Pairs(second))
            }
        }
    }
}

/// Space for what lies between two products of one task. One per thread.
pub(in crate::inference) struct Scratch {
    wide: Vec<f32>,
    narrow: Vec<f32>,
    words: Vec<u32>,
    attention: Vec<f32>,
}

/// Tokens that go through a block together, so that what lies between two products stays in the second-level cache.
const BLOCK: usize = 120;

impl Scratch {
    pub(in crate::inference) fn new(longest: usize) -> Self {
        Self {
            wide: vec![0.0; BLOCK * INNER],
            narrow: vec![0.0; BLOCK * WIDTH],
            words: vec![0; BLOCK * INNER / 2],
            attention: vec![0.0; super::attention::scratch_for(longest)],
        }
    }
}

/// One piece of work for one instruction set; slices hold whole rows.
pub(super) enum Task<'a> {
    /// `out = source · weights + bias` for at most [`BLOCK`] rows of `inputs` numbers.
    Product {
        source: &'a [f32],
        inputs: usize,
        panels: Panels<'a>,
        bias: &'a [f32],
        out: &'a mut [f32],
        words: &'a mut [u32],
    },
    Attend {
        qkv: &'a [f32],
        lengths: &'a [usize],
        out: &'a mut [f32],
        scratch: &'a mut [f32],
    },
    Gelu(&'a mut [f32]),
    /// `x = norm(x + addend)`; `norm` is scale and shift.
    AddAndNormalise {
        x: &'a mut [f32],
        addend: &'a [f32],
        norm: &'a [f32],
    },
    Normalise {
        x: &'a mut [f32],
        norm: &'a [f32],
    },
}

/// The packed weights as the words of one way to multiply.
pub(super) trait Words<W> {
    fn words(&self) -> &[W];
}

impl Words<f32> for Panels<'_> {
    #[inline(always)]
    fn words(&self) -> &[f32] {
        match self {
            Self::Single(words) => words,
            Self::Pairs(_) => panic!("weights packed for another instruction set"),
        }
    }
}

impl Words<u32> for Panels<'_> {
    #[inline(always)]
    fn words(&self) -> &[u32] {
        match self {
            Self::Pairs(words) => words,
            Self::Single(_) => panic!("weights packed for another instruction set"),
        }
    }
}

impl Task<'_> {
    /// Does the work with the instructions of `P`. Inlined into one function per instruction set, which is where they are switched on.
    #[inline(always)]
    pub(super) fn run<P: Product>(self)
    where
        for<'a> Panels<'a>: Words<P::Word>,
    {
        match self {
            Task::Product {
                source,
                inputs,
                panels,
                bias,
                out,
                words,
            } => {
                let steps = inputs / P::STEP;
                multiply::<P>(
                    (P::encode(source, words), steps),
                    steps,
                    panels.words(),
                    bias,
                    &mut Out {
                        to: out,
                        stride: bias.len(),
                    },
                );
            }
            Task::Attend {
                qkv,
                lengths,
                out,
                scratch,
            } => attend::<P::Attention>(qkv, lengths, out, scratch),
            Task::Gelu(numbers) => gelu::<P::Lane>(numbers),
            Task::AddAndNormalise { x, addend, norm } => {
                norm_of(norm).add_and_apply::<P::Lane>(x, addend);
            }
            Task::Normalise { x, norm } => norm_of(norm).apply::<P::Lane>(x),
        }
    }
}

fn norm_of(parameters: &[f32]) -> Norm<'_> {
    let (scale, shift) = parameters.split_at(WIDTH);
    Norm { scale, shift }
}

/// `out = source · weights + bias`.
pub(in crate::inference) fn project(
    isa: Isa,
    source: &[f32],
    panels: Panels<'_>,
    bias: &[f32],
    out: &mut [f32],
    scratch: &mut Scratch,
) {
    for (source, out) in source
        .chunks(BLOCK * WIDTH)
        .zip(out.chunks_mut(BLOCK * bias.len()))
    {
        run(
            isa,
            Task::Product {
                source,
                inputs: WIDTH,
                panels,
                bias,
                out,
                words: &mut scratch.words,
            },
        );
    }
}

/// Self-attention: `qkv` to `out`, text by text.
pub(in crate::inference) fn attend_all(
    isa: Isa,
    qkv: &[f32],
    lengths: &[usize],
    out: &mut [f32],
    scratch: &mut Scratch,
) {
    run(
        isa,
        Task::Attend {
            qkv,
            lengths,
            out,
            scratch: &mut scratch.attention,
        },
    );
}

/// `x = norm(x)`; `norm` is scale and shift.
pub(in crate::inference) fn normalise(isa: Isa, x: &mut [f32], norm: &[f32]) {
    run(isa, Task::Normalise { x, norm });
}

/// `x = norm(x + source · weights + bias)`; `parameters` are bias, scale, shift.
pub(in crate::inference) fn mix(
    isa: Isa,
    source: &[f32],
    panels: Panels<'_>,
    parameters: &[f32],
    x: &mut [f32],
    scratch: &mut Scratch,
) {
    let (bias, norm) = parameters.split_at(WIDTH);
    for (source, x) in source
        .chunks(BLOCK * WIDTH)
        .zip(x.chunks_mut(BLOCK * WIDTH))
    {
        let mixed = &mut scratch.narrow[..x.len()];
        run(
            isa,
            Task::Product {
                source,
                inputs: WIDTH,
                panels,
                bias,
                out: mixed,
                words: &mut scratch.words,
            },
        );
        run(
            isa,
            Task::AddAndNormalise {
                x,
                addend: mixed,
                norm,
            },
        );
    }
}

/// `x = norm(x + gelu(x · up + bias) · down + bias)`; `panels` are up and down, `parameters` are both biases, scale, shift.
pub(in crate::inference) fn feed_forward(
    isa: Isa,
    panels: Panels<'_>,
    parameters: &[f32],
    x: &mut [f32],
    scratch: &mut Scratch,
) {
    let (up_bias, rest) = parameters.split_at(INNER);
    let (down_bias, norm) = rest.split_at(WIDTH);
    let (up, down) = panels.halves();
    for x in x.chunks_mut(BLOCK * WIDTH) {
        let wide = &mut scratch.wide[..x.len() / WIDTH * INNER];
        let narrow = &mut scratch.narrow[..x.len()];
        run(
            isa,
            Task::Product {
                source: x,
                inputs: WIDTH,
                panels: up,
                bias: up_bias,
                out: wide,
                words: &mut scratch.words,
            },
        );
        run(isa, Task::Gelu(wide));
        run(
            isa,
            Task::Product {
                source: wide,
                inputs: INNER,
                panels: down,
                bias: down_bias,
                out: narrow,
                words: &mut scratch.words,
            },
        );
        run(
            isa,
            Task::AddAndNormalise {
                x,
                addend: narrow,
                norm,
            },
        );
    }
}
