//! The vectors of a passage, as its row holds them.

use super::Error;
use crate::inference::{WIDTH as DIMENSIONS, dot, from_halves, to_halves};

/// What of a passage is compared with a question, in the form in which it is stored.
pub(crate) struct Vectors {
    main: Vec<u8>,
    units: Vec<u8>,
}

/// Weight of the passage's vector against the heading's in the one vector that is held in memory.
const PASSAGE_WEIGHT: f32 = 2.0;

impl Vectors {
    /// Packs the vector of a passage, of its title with headings, and of each of its units (pooled from the passage's own token
    /// states), all of unit length. Passage and heading become f16; a unit becomes a scale and 384 bytes, which errs by 0.4 % of
    /// its largest component and needs a quarter of the room.
    pub(crate) fn pack(passage: &[f32], heading: &[f32], units: &[f32]) -> Self {
        Self {
            main: [to_halves(passage), to_halves(heading)].concat(),
            units: units.chunks_exact(DIMENSIONS).flat_map(pack_unit).collect(),
        }
    }

    pub(super) fn main(&self) -> &[u8] {
        &self.main
    }

    pub(super) fn units(&self) -> &[u8] {
        &self.units
    }
}

fn pack_unit(unit: &[f32]) -> impl Iterator<Item = u8> {
    let scale = unit
        .iter()
        .fold(f32::MIN_POSITIVE, |largest, value| largest.max(value.abs()))
        / 127.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the scale keeps it within -127 to 127"
    )]
    let values = unit
        .iter()
        .map(move |value| ((value / scale).round() as i8).cast_unsigned());
    scale.to_le_bytes().into_iter().chain(values)
}

const UNIT_BYTES: usize = 4 + DIMENSIONS;

/// The vectors of the passage and of its heading.
pub(super) fn unpack_main(blob: &[u8]) -> Result<(Vec<f32>, Vec<f32>), Error> {
    let mut passage = decode_main(blob)?;
    let heading = passage.split_off(DIMENSIONS);
    Ok((passage, heading))
}

/// The vector of each unit, of nearly unit length.
pub(super) fn unpack_units(blob: &[u8]) -> Result<Vec<Vec<f32>>, Error> {
    let vector = |(scale, values): (f32, &[u8])| {
        let value = |value: &u8| f32::from(value.cast_signed()) * scale;
        values.iter().map(value).collect()
    };
    Ok(units_of(blob)?.map(vector).collect())
}

/// The scale and the values of each unit.
fn units_of(blob: &[u8]) -> Result<impl Iterator<Item = (f32, &[u8])>, Error> {
    let (units, []) = blob.as_chunks::<UNIT_BYTES>() else {
        return Err(Error::Damaged("unit vectors"));
    };
    Ok(units.iter().map(|unit| {
        let (scale, values) = unit
            .split_first_chunk::<4>()
            .expect("a unit begins with its scale");
        (f32::from_le_bytes(*scale), values)
    }))
}

/// Cosine of `query` with each unit.
pub(super) fn score_units(blob: &[u8], query: &[f32]) -> Result<Vec<f32>, Error> {
    Ok(units_of(blob)?
        .map(|(scale, values)| {
            let sum: f32 = values
                .iter()
                .zip(query)
                .map(|(value, weight)| f32::from(value.cast_signed()) * weight)
                .sum();
            sum * scale
        })
        .collect())
}

/// The one vector that stands for a passage in memory: passage and heading together, of unit length.
pub(super) fn combined(blob: &[u8]) -> Result<Vec<f32>, Error> {
    let main = decode_main(blob)?;
    let (passage, heading) = main.split_at(DIMENSIONS);
    let mut sum: Vec<f32> = passage
        .iter()
        .zip(heading)
        .map(|(p, h)| PASSAGE_WEIGHT * p + h)
        .collect();
    let norm = dot(&sum, &sum).sqrt().max(f32::MIN_POSITIVE);
    for value in &mut sum {
        *value /= norm;
    }
    Ok(sum)
}

fn decode_main(blob: &[u8]) -> Result<Vec<f32>, Error> {
    from_halves(blob, 2 * DIMENSIONS).ok_or(Error::Damaged("vectors"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(seed: usize) -> Vec<f32> {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let raw: Vec<f32> = (0..DIMENSIONS)
            .map(|i| (((i * 37 + seed * 101) % 97) as f32) - 48.0)
            .collect();
        let norm = dot(&raw, &raw).sqrt();
        raw.iter().map(|value| value / norm).collect()
    }

    #[test]
    fn stored_vectors_score_as_the_given_ones() {
        let vectors = Vectors::pack(&unit(1), &unit(2), &[unit(3), unit(4)].concat());
        let query = unit(5);
        let (passage, heading) = unpack_main(vectors.main()).unwrap();
        let (passage, heading) = (dot(&passage, &query), dot(&heading, &query));
        let units = score_units(vectors.units(), &query).unwrap();
        let expected = [
            dot(&unit(1), &query),
            dot(&unit(2), &query),
            dot(&unit(3), &query),
            dot(&unit(4), &query),
        ];
        for (found, expected) in [passage, heading, units[0], units[1]]
            .into_iter()
            .zip(expected)
        {
            assert!((found - expected).abs() < 2e-3, "{found} {expected}");
        }
        let combined = combined(vectors.main()).unwrap();
        assert!((dot(&combined, &combined) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_cut_blob_is_an_error() {
        let vectors = Vectors::pack(&unit(1), &unit(2), &unit(3));
        assert!(combined(&vectors.main()[1..]).is_err());
        assert!(score_units(&vectors.units()[1..], &unit(1)).is_err());
    }
}
