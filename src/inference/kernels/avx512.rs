//! The kernels for processors with AVX-512 (Skylake-X, Zen 4 and later): sixteen numbers are one register.
//!
//! [`Bf16`] adds the instruction that multiplies pairs of bfloat16 and sums in f32 (Cooper Lake, Zen 4 and later): twice the products per second
//! and half the weights to read. Activations are rounded to bfloat16 on their way into a product and nowhere else.
#![expect(
    unsafe_code,
    reason = "vector instructions are unsafe to call; detection is in kernels/mod.rs"
)]

use std::arch::x86_64::{
    __m512, __m512bh, __m512i, _mm512_add_ps, _mm512_castps_si512, _mm512_castsi512_ps,
    _mm512_cvtne2ps_pbh, _mm512_div_ps, _mm512_dpbf16_ps, _mm512_fmadd_ps, _mm512_loadu_ps,
    _mm512_loadu_si512, _mm512_max_ps, _mm512_min_ps, _mm512_mul_ps, _mm512_set1_epi32,
    _mm512_set1_ps, _mm512_slli_epi32, _mm512_storeu_ps, _mm512_storeu_si512, _mm512_sub_ps,
};

use super::{Task, lane::Lane, product::Product};

#[derive(Clone, Copy)]
pub(super) struct Avx512(__m512);

impl Lane for Avx512 {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: only the `run` functions below name this type, and they are called after AVX-512F was detected.
        Self(unsafe { _mm512_set1_ps(value) })
    }

    #[inline(always)]
    fn load(from: &[f32; 16]) -> Self {
        // SAFETY: the read lies inside the array; for the instruction see `splat`.
        Self(unsafe { _mm512_loadu_ps(from.as_ptr()) })
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; 16]) {
        // SAFETY: the write lies inside the array; for the instruction see `splat`.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: see `splat`.
        Self(unsafe { _mm512_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: see `splat`.
        Self(unsafe { _mm512_sub_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // SAFETY: see `splat`.
        Self(unsafe { _mm512_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        // SAFETY: see `splat`.
        Self(unsafe { _mm512_div_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: see `splat`.
        Self(unsafe { _mm512_max_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: see `splat`.
        Self(unsafe { _mm512_min_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        // SAFETY: see `splat`.
        Self(unsafe { _mm512_fmadd_ps(self.0, factor.0, addend.0) })
    }

    #[inline(always)]
    fn shift_into_exponent(self) -> Self {
        // SAFETY: see `splat`.
        Self(unsafe { _mm512_castsi512_ps(_mm512_slli_epi32::<23>(_mm512_castps_si512(self.0))) })
    }
}

impl Product for Avx512 {
    type Lane = Self;
    type Word = f32;
    type Weights = Self;
    type Attention = Self;
    const STEP: usize = 1;
    const LANES: usize = 2;
    const ROWS: usize = 12;

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

/// Products of bfloat16 pairs; everything else as [`Avx512`].
pub(super) struct Bf16;

impl Product for Bf16 {
    type Lane = Avx512;
    type Word = u32;
    type Weights = __m512bh;
    type Attention = Avx512;
    const STEP: usize = 2;
    const LANES: usize = 2;
    const ROWS: usize = 12;

    #[inline(always)]
    fn encode<'a>(source: &'a [f32], scratch: &'a mut [u32]) -> &'a [u32] {
        let (from, _) = source.as_chunks::<32>();
        let (to, _) = scratch.as_chunks_mut::<16>();
        for (from, to) in from.iter().zip(to) {
            // SAFETY: the reads and the write lie inside the arrays; only `run_bf16` names this type, and it is called after detection.
            unsafe {
                let pairs = _mm512_cvtne2ps_pbh(
                    _mm512_loadu_ps(from.as_ptr().add(16)),
                    _mm512_loadu_ps(from.as_ptr()),
                );
                _mm512_storeu_si512(
                    to.as_mut_ptr().cast(),
                    std::mem::transmute::<__m512bh, __m512i>(pairs),
                );
            }
        }
        &scratch[..source.len() / 2]
    }

    #[inline(always)]
    fn weights(from: &[u32; 16]) -> __m512bh {
        // SAFETY: the read lies inside the array; both types are 512 plain bits; for the instruction see `encode`.
        unsafe { std::mem::transmute(_mm512_loadu_si512(from.as_ptr().cast())) }
    }

    #[inline(always)]
    fn multiply(sum: Avx512, activation: u32, weights: __m512bh) -> Avx512 {
        // SAFETY: both types are 512 plain bits; for the instructions see `encode`.
        Avx512(unsafe {
            _mm512_dpbf16_ps(
                sum.0,
                std::mem::transmute::<__m512i, __m512bh>(_mm512_set1_epi32(
                    activation.cast_signed(),
                )),
                weights,
            )
        })
    }
}

#[target_feature(enable = "avx512f")]
pub(super) fn run(task: Task<'_>) {
    task.run::<Avx512>();
}

#[target_feature(enable = "avx512f,avx512bf16")]
pub(super) fn run_bf16(task: Task<'_>) {
    task.run::<Bf16>();
}
