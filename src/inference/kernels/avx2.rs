//! The kernels for processors with AVX2 and FMA (Haswell, Zen and later): sixteen numbers are two registers of eight.
#![expect(
    unsafe_code,
    reason = "vector instructions are unsafe to call; detection is in kernels/mod.rs"
)]

use std::arch::x86_64::{
    __m256, _mm256_add_ps, _mm256_castps_si256, _mm256_castsi256_ps, _mm256_div_ps,
    _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_max_ps, _mm256_min_ps, _mm256_mul_ps, _mm256_set1_ps,
    _mm256_slli_epi32, _mm256_storeu_ps, _mm256_sub_ps,
};

use super::{Task, lane::Lane, product::Product};

#[derive(Clone, Copy)]
pub(super) struct Avx2(__m256, __m256);

/// Applies a vector instruction to both halves.
macro_rules! both {
    ($instruction:ident, $($operand:expr),+) => {
        // SAFETY: only `run` names this type, and it is called after AVX2 and FMA were detected.
        unsafe { Avx2($instruction($($operand.0),+), $instruction($($operand.1),+)) }
    };
}

impl Lane for Avx2 {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: only `run` names this type, and it is called after AVX2 and FMA were detected.
        unsafe { Self(_mm256_set1_ps(value), _mm256_set1_ps(value)) }
    }

    #[inline(always)]
    fn load(from: &[f32; 16]) -> Self {
        // SAFETY: both reads lie inside the array; for the instructions see `splat`.
        unsafe {
            Self(
                _mm256_loadu_ps(from.as_ptr()),
                _mm256_loadu_ps(from.as_ptr().add(8)),
            )
        }
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; 16]) {
        // SAFETY: both writes lie inside the array; for the instructions see `splat`.
        unsafe {
            _mm256_storeu_ps(to.as_mut_ptr(), self.0);
            _mm256_storeu_ps(to.as_mut_ptr().add(8), self.1);
        }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        both!(_mm256_add_ps, self, other)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        both!(_mm256_sub_ps, self, other)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        both!(_mm256_mul_ps, self, other)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        both!(_mm256_div_ps, self, other)
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        both!(_mm256_max_ps, self, other)
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        both!(_mm256_min_ps, self, other)
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        both!(_mm256_fmadd_ps, self, factor, addend)
    }

    #[inline(always)]
    fn shift_into_exponent(self) -> Self {
        // SAFETY: see `splat`.
        let shift =
            |x| unsafe { _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(x))) };
        Self(shift(self.0), shift(self.1))
    }
}

impl Product for Avx2 {
    type Lane = Self;
    type Word = f32;
    type Weights = Self;
    type Attention = Self;
    const STEP: usize = 1;
    const LANES: usize = 1;
    const ROWS: usize = 6;

    #[inline(always)]
    fn encode<'a>(source: &'a [f32], _: &'a mut [u32]) -> &'a [f32] {
        source
    }

    #[inline(always)]
    fn weights(from: &[f32; 16]) -> Self {
        Self::load(from)
    }

    #[inline(always)]
    fn multiply(sum: Self, activation: f32, weights: Self) -> Self {
        weights.mul_add(Self::splat(activation), sum)
    }
}

#[target_feature(enable = "avx2,fma")]
pub(super) fn run(task: Task<'_>) {
    task.run::<Avx2>();
}
