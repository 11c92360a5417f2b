//! What the model makes, as numbers: the product of two vectors, and the form in which one is kept.

use half::f16;
use half::slice::HalfFloatSliceExt;

/// The dot product. Of two unit vectors: how alike two texts are.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A vector as it is kept where many are: two bytes for each number (f16, little-endian).
pub(crate) fn to_halves(vector: &[f32]) -> Vec<u8> {
    vector
        .iter()
        .flat_map(|value| f16::from_f32(*value).to_le_bytes())
        .collect()
}

/// What [`to_halves`] made of `width` numbers. `None`: it did not.
pub(crate) fn from_halves(bytes: &[u8], width: usize) -> Option<Vec<f32>> {
    let (halves, []) = bytes.as_chunks() else {
        return None;
    };
    if halves.len() != width {
        return None;
    }
    let halves: Vec<f16> = halves
        .iter()
        .map(|bytes| f16::from_le_bytes(*bytes))
        .collect();
    let mut values = vec![0.0; width];
    halves.convert_to_f32_slice(&mut values);
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_comes_back_to_a_thousandth_and_a_cut_one_does_not() {
        let vector = [0.5, -0.25, 0.1];
        let bytes = to_halves(&vector);
        let back = from_halves(&bytes, 3).unwrap();
        assert!(vector.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-3));
        assert_eq!(from_halves(&bytes[1..], 3), None);
        assert_eq!(from_halves(&bytes, 4), None);
    }
}
