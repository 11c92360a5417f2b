//! The functions against double precision, and the product against the definition, on every instruction set.

use super::{
    activation::{exp, gelu},
    lane::Lane,
    portable::Portable,
    *,
};
use crate::inference::shape::{HEAD, WIDTH};

/// Numbers that look random and are the same every time.
fn numbers(count: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u8::try_from(state >> 24).unwrap()) / 128.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn the_exponential_is_exact_to_the_last_digits() {
    for step in 0..=8_700_u16 {
        let x = -f32::from(step) / 100.0;
        let mut found = [0.0; 16];
        exp(Portable::splat(x)).store(&mut found);
        let expected = f64::from(x).exp();
        assert!(
            (f64::from(found[3]) / expected - 1.0).abs() < 3e-7,
            "e^{x} is not {}",
            found[3]
        );
    }
}

/// The error function's Taylor series in double precision.
fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for n in 1..200 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI
}

#[test]
fn gelu_is_the_exact_one() {
    for step in -600..=600_i16 {
        let x = f32::from(step) / 100.0;
        let mut found = [x; 16];
        gelu::<Portable>(&mut found);
        let x = f64::from(x);
        let expected = x * 0.5 * (1.0 + erf(x * std::f64::consts::FRAC_1_SQRT_2));
        assert!(
            (f64::from(found[7]) - expected).abs() < 1e-6,
            "gelu({x}) is {expected}, not {}",
            found[7]
        );
    }
}

#[test]
fn attention_is_a_weighted_mean_of_the_values_of_the_same_text() {
    for isa in Isa::available() {
        for lengths in [&[1][..], &[2, 31, 17], &[33, 64, 100], &[256]] {
            let tokens = lengths.iter().sum::<usize>();
            let qkv = numbers(tokens * 3 * WIDTH);
            let mut found = vec![0.0; tokens * WIDTH];
            attend_all(isa, &qkv, lengths, &mut found, &mut Scratch::new(256));
            let mut first = 0;
            for &length in lengths {
                let row = |token: usize, part: usize| {
                    &qkv[(first + token) * 3 * WIDTH + part * WIDTH + 5 * HEAD..][..HEAD]
                };
                for token in [0, length / 2, length - 1] {
                    let weights: Vec<f64> = (0..length)
                        .map(|other| {
                            row(token, 0)
                                .iter()
                                .zip(row(other, 1))
                                .map(|(a, b)| f64::from(a * b))
                                .sum::<f64>()
                                .exp()
                        })
                        .collect();
                    let expected = (0..length)
                        .map(|other| weights[other] * f64::from(row(other, 2)[9]))
                        .sum::<f64>()
                        / weights.iter().sum::<f64>();
                    assert!(
                        (f64::from(found[(first + token) * WIDTH + 5 * HEAD + 9]) - expected).abs()
                            < 1e-5,
                        "{isa:?} {lengths:?}"
                    );
                }
                first += length;
            }
        }
    }
}
