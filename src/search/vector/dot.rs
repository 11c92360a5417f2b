//! Dot products of f32 and f16 vectors, with the best instructions of the processor that runs this.
//!
//! Rows are kept as f16: half the memory, and twice the rows per second where memory is the limit. Rounding a unit vector's 384 numbers to f16 moves
//! a score by about 1e-5, which is less than any two differently worded texts differ.
#![expect(unsafe_code, reason = "vector instructions are unsafe to call")]

use std::sync::LazyLock;

use half::f16;

/// Numbers in a vector.
pub const WIDTH: usize = 384;

/// A vector as it is kept. It starts on a cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Row(pub(super) [f16; WIDTH]);

impl Row {
    pub(super) fn rounded(vector: &[f32; WIDTH]) -> Self {
        Self(vector.map(f16::from_f32))
    }
}

/// One way to compute the two products.
#[derive(Clone, Copy)]
pub(super) struct Kernel {
    #[cfg_attr(not(test), expect(dead_code, reason = "names a failing test"))]
    pub(super) name: &'static str,
    scores: fn(&[f32; WIDTH], &[Row], &mut [f32]),
    between: fn(&[f16; WIDTH], &[f16; WIDTH]) -> f32,
}

impl Kernel {
    /// The best that this processor can run; it is asked once.
    pub(super) fn best() -> Self {
        static BEST: LazyLock<Kernel> = LazyLock::new(|| Kernel::available()[0]);
        *BEST
    }

    /// All that this processor can run, the fastest first.
    pub(super) fn available() -> Vec<Self> {
        let mut kernels = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                // SAFETY: the processor was just asked.
                kernels.push(Self {
                    name: "AVX-512",
                    scores: |query, rows, out| unsafe { avx512::scores(query, rows, out) },
                    between: |a, b| unsafe { avx512::between(a, b) },
                });
            }
            if is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("f16c")
            {
                // SAFETY: the processor was just asked.
                kernels.push(Self {
                    name: "AVX2",
                    scores: |query, rows, out| unsafe { avx2::scores(query, rows, out) },
                    between: |a, b| unsafe { avx2::between(a, b) },
                });
            }
        }
        kernels.push(Self {
            name: "portable",
            scores: portable::scores,
            between: portable::between,
        });
        kernels
    }

    /// The dot product of `query` with each row.
    pub(super) fn scores(self, query: &[f32; WIDTH], rows: &[Row], out: &mut [f32]) {
        assert_eq!(rows.len(), out.len());
        (self.scores)(query, rows, out);
    }

    pub(super) fn between(self, a: &[f16; WIDTH], b: &[f16; WIDTH]) -> f32 {
        (self.between)(a, b)
    }
}

/// The two products in one instruction set. The numbers of a row are taken `$lanes` at a time, in four sums that do not wait for each other.
#[cfg(target_arch = "x86_64")]
macro_rules! products {
    ($features:literal, $lanes:literal, $zero:ident, $load:ident, $widen:expr, $fused:ident, $sum:expr) => {
        #[target_feature(enable = $features)]
        pub(super) fn scores(query: &[f32; WIDTH], rows: &[Row], out: &mut [f32]) {
            for (row, out) in rows.iter().zip(out) {
                let mut sums = [$zero(); 4];
                for step in (0..WIDTH).step_by(4 * $lanes) {
                    for (lane, sum) in sums.iter_mut().enumerate() {
                        // SAFETY: 384 is a multiple of 4 × lanes, so that both reads lie inside their arrays.
                        let (number, half) = unsafe {
                            (
                                $load(query.as_ptr().add(step + lane * $lanes)),
                                row.0.as_ptr().add(step + lane * $lanes),
                            )
                        };
                        *sum = $fused(number, $widen(half), *sum);
                    }
                }
                *out = $sum(sums);
            }
        }

        #[target_feature(enable = $features)]
        pub(super) fn between(a: &[f16; WIDTH], b: &[f16; WIDTH]) -> f32 {
            let mut sums = [$zero(); 4];
            for step in (0..WIDTH).step_by(4 * $lanes) {
                for (lane, sum) in sums.iter_mut().enumerate() {
                    // SAFETY: 384 is a multiple of 4 × lanes, so that both places lie inside their arrays.
                    let (a, b) = unsafe {
                        (
                            a.as_ptr().add(step + lane * $lanes),
                            b.as_ptr().add(step + lane * $lanes),
                        )
                    };
                    *sum = $fused($widen(a), $widen(b), *sum);
                }
            }
            $sum(sums)
        }
    };
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::{
        __m512, _mm256_loadu_si256, _mm512_add_ps, _mm512_cvtph_ps, _mm512_fmadd_ps,
        _mm512_loadu_ps, _mm512_reduce_add_ps, _mm512_setzero_ps,
    };

    use super::{Row, WIDTH, f16};

    products!(
        "avx512f",
        16,
        _mm512_setzero_ps,
        _mm512_loadu_ps,
        widen,
        _mm512_fmadd_ps,
        sum
    );

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn widen(halves: *const f16) -> __m512 {
        // SAFETY: the callers point to sixteen numbers inside an array.
        _mm512_cvtph_ps(unsafe { _mm256_loadu_si256(halves.cast()) })
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn sum([a, b, c, d]: [__m512; 4]) -> f32 {
        _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(a, b), _mm512_add_ps(c, d)))
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256, _mm_add_ps, _mm_add_ss, _mm_cvtss_f32, _mm_loadu_si128, _mm_movehdup_ps,
        _mm_movehl_ps, _mm256_add_ps, _mm256_castps256_ps128, _mm256_cvtph_ps,
        _mm256_extractf128_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_setzero_ps,
    };

    use super::{Row, WIDTH, f16};

    products!(
        "avx2,fma,f16c",
        8,
        _mm256_setzero_ps,
        _mm256_loadu_ps,
        widen,
        _mm256_fmadd_ps,
        sum
    );

    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    fn widen(halves: *const f16) -> __m256 {
        // SAFETY: the callers point to eight numbers inside an array.
        _mm256_cvtph_ps(unsafe { _mm_loadu_si128(halves.cast()) })
    }

    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    fn sum([a, b, c, d]: [__m256; 4]) -> f32 {
        let eight = _mm256_add_ps(_mm256_add_ps(a, b), _mm256_add_ps(c, d));
        let four = _mm_add_ps(
            _mm256_castps256_ps128(eight),
            _mm256_extractf128_ps::<1>(eight),
        );
        let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
    }
}

mod portable {
    use super::{Row, WIDTH, f16};

    pub(super) fn scores(query: &[f32; WIDTH], rows: &[Row], out: &mut [f32]) {
        for (row, out) in rows.iter().zip(out) {
            *out = dot(query, &row.0.map(widen));
        }
    }

    pub(super) fn between(a: &[f16; WIDTH], b: &[f16; WIDTH]) -> f32 {
        dot(&a.map(widen), &b.map(widen))
    }

    /// Exact for finite numbers, and in steps that a compiler can do for several at once: sign and digits into place, then the exponent's bias.
    #[inline]
    fn widen(half: f16) -> f32 {
        const BIAS: f32 = f32::from_bits((127 + 112) << 23);
        let bits = u32::from(half.to_bits());
        let magnitude = f32::from_bits((bits & 0x7fff) << 13) * BIAS;
        f32::from_bits(magnitude.to_bits() | (bits & 0x8000) << 16)
    }

    #[inline]
    fn dot(a: &[f32; WIDTH], b: &[f32; WIDTH]) -> f32 {
        let mut sums = [0.0; 16];
        for (a, b) in a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0) {
            for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
                *sum += a * b;
            }
        }
        sums.iter().sum()
    }
}
