//! The arithmetic of the forward pass, once per instruction set, chosen when the program runs.
//!
//! The binary is built for the oldest x86-64 and must run there; what newer processors can do is used after asking them. Kernels work on plain
//! slices on one thread, allocate nothing, and know nothing of candle.

#![expect(
    clippy::inline_always,
    reason = "a kernel gets its instruction set by being inlined into a function that has it"
)]

mod activation;
mod attention;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod lane;
mod portable;
mod product;
mod task;
#[cfg(test)]
mod tests;

use task::Task;
pub(super) use task::{Panels, Scratch, attend_all, feed_forward, mix, normalise, project};

/// An instruction set that the kernels were written for, the fastest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// AVX-512 with products of bfloat16 pairs.
    Avx512Bf16,
    Avx512,
    /// AVX2 and FMA.
    Avx2,
    /// What every processor of the target has.
    Portable,
}

impl Isa {
    /// What this processor can run, the fastest first.
    #[must_use]
    pub fn available() -> Vec<Self> {
        [Self::Avx512Bf16, Self::Avx512, Self::Avx2, Self::Portable]
            .into_iter()
            .filter(|isa| isa.is_available())
            .collect()
    }

    /// The fastest that this processor can run.
    #[must_use]
    pub fn best() -> Self {
        Self::available()[0]
    }

    #[must_use]
    pub fn is_available(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        return match self {
            Self::Avx512Bf16 => {
                is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bf16")
            }
            Self::Avx512 => is_x86_feature_detected!("avx512f"),
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Self::Portable => true,
        };
        #[cfg(not(target_arch = "x86_64"))]
        return self == Self::Portable;
    }

    /// Output features in a packed panel.
    pub(super) fn panel_width(self) -> usize {
        match self {
            Self::Avx512Bf16 | Self::Avx512 => 32,
            Self::Avx2 | Self::Portable => 16,
        }
    }
}

/// Does one piece of work.
///
/// # Panics
/// Panics if this processor cannot run `isa`.
#[expect(
    unsafe_code,
    reason = "a function for newer processors may be called only after asking this one"
)]
fn run(isa: Isa, task: Task<'_>) {
    assert!(isa.is_available(), "this processor has no {isa:?}");
    // SAFETY: the assert above has just asked the processor.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        match isa {
            Isa::Avx512Bf16 => avx512::run_bf16(task),
            Isa::Avx512 => avx512::run(task),
            Isa::Avx2 => avx2::run(task),
            Isa::Portable => portable::run(task),
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable::run(task);
}
