//! The weights: read from the binary once, packed for the processor's kernels.

use candle_core::{Device, Tensor, WithDType};
use half::{bf16, f16, slice::HalfFloatSliceExt};
use safetensors::{Dtype, SafeTensors};

use super::{
    error::{Error, Result},
    kernels::Isa,
    shape::{HEAD, INNER, LAYERS, MAX_TOKENS, WIDTH},
};

static FILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/minilm.safetensors"));

pub(super) struct Weights {
    pub(super) embedding: Embedding,
    pub(super) layers: Vec<Layer>,
}

/// One vector per word piece, per position, and the norm of their sum. The word pieces stay where they are, in the binary, as f16.
pub(super) struct Embedding {
    words: &'static [u8],
    /// With the vector of the first segment added: there is no second one here.
    positions: Vec<f32>,
    pub(super) norm: Vec<f32>,
}

/// One transformer layer: packed matrices, and vectors laid out as the task that reads them says.
pub(super) struct Layer {
    pub(super) qkv: Tensor,
    pub(super) qkv_bias: Vec<f32>,
    pub(super) mix: Tensor,
    pub(super) mix_parameters: Vec<f32>,
    pub(super) feed_forward: Tensor,
    pub(super) feed_forward_parameters: Vec<f32>,
}

impl Weights {
    pub(super) fn load(isa: Isa) -> Result<Self> {
        let file = Source(SafeTensors::deserialize(FILE).map_err(|error| damaged(&error))?);
        let embedding = Embedding::load(&file)?;
        let layers = (0..LAYERS)
            .map(|index| Layer::load(&file, index, isa))
            .collect::<Result<_>>()?;
        Ok(Self { embedding, layers })
    }
}

impl Embedding {
    fn load(file: &Source) -> Result<Self> {
        let segment = file.numbers("embeddings.token_type_embeddings.weight")?;
        let mut positions = file.numbers("embeddings.position_embeddings.weight")?;
        positions.truncate(MAX_TOKENS * WIDTH);
        for row in positions.chunks_exact_mut(WIDTH) {
            row.iter_mut()
                .zip(&segment)
                .for_each(|(number, segment)| *number += segment);
        }
        Ok(Self {
            words: file.bytes("embeddings.word_embeddings.weight")?,
            positions,
            norm: file
                .concatenated(&["embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias"])?,
        })
    }

    /// Writes the sum for one token, before the norm. A token or position outside the tables is an error of ours.
    pub(super) fn write(&self, token: u32, position: usize, to: &mut [f32]) {
        let word = &self.words[token as usize * WIDTH * 2..][..WIDTH * 2];
        let position = &self.positions[position * WIDTH..][..WIDTH];
        let mut halves = [f16::ZERO; WIDTH];
        for (half, bytes) in halves.iter_mut().zip(word.as_chunks::<2>().0) {
            *half = f16::from_le_bytes(*bytes);
        }
        halves.convert_to_f32_slice(to);
        to.iter_mut()
            .zip(position)
            .for_each(|(number, position)| *number += position);
    }
}

impl Layer {
    fn load(file: &Source, index: usize, isa: Isa) -> Result<Self> {
        let name = |part: &str| format!("encoder.layer.{index}.{part}");
        let names =
            |parts: &[&str]| -> Vec<String> { parts.iter().map(|part| name(part)).collect() };
        let (query, key, value) = (
            name("attention.self.query"),
            name("attention.self.key"),
            name("attention.self.value"),
        );

        // The attention's 1/√32 goes into the query once and for all.
        #[expect(clippy::cast_precision_loss, reason = "32")]
        let scale = 1.0 / (HEAD as f32).sqrt();
        let scaled = |mut numbers: Vec<f32>| {
            let queries = numbers.len() / 3;
            numbers[..queries]
                .iter_mut()
                .for_each(|number| *number *= scale);
            numbers
        };
        let of_three = |part: &str| {
            file.concatenated(&[&query, &key, &value].map(|name| format!("{name}.{part}")))
        };
        let qkv = scaled(of_three("weight")?);
        let mix = file.numbers(&name("attention.output.dense.weight"))?;
        let up = file.numbers(&name("intermediate.dense.weight"))?;
        let down = file.numbers(&name("output.dense.weight"))?;
        Ok(Self {
            qkv: packed(isa, &[(&qkv, WIDTH)])?,
            qkv_bias: scaled(of_three("bias")?),
            mix: packed(isa, &[(&mix, WIDTH)])?,
            mix_parameters: file.concatenated(&names(&[
                "attention.output.dense.bias",
                "attention.output.LayerNorm.weight",
                "attention.output.LayerNorm.bias",
            ]))?,
            feed_forward: packed(isa, &[(&up, WIDTH), (&down, INNER)])?,
            feed_forward_parameters: file.concatenated(&names(&[
                "intermediate.dense.bias",
                "output.dense.bias",
                "output.LayerNorm.weight",
                "output.LayerNorm.bias",
            ]))?,
        })
    }
}

/// The tensors of the file, f16 or f32, as f32.
struct Source(SafeTensors<'static>);

impl Source {
    fn bytes(&self, name: &str) -> Result<&'static [u8]> {
        Ok(self.0.tensor(name).map_err(|error| damaged(&error))?.data())
    }

    fn numbers(&self, name: &str) -> Result<Vec<f32>> {
        let view = self.0.tensor(name).map_err(|error| damaged(&error))?;
        match view.dtype() {
            Dtype::F16 => Ok(view
                .data()
                .as_chunks::<2>()
                .0
                .iter()
                .map(|bytes| f16::from_le_bytes(*bytes))
                .collect::<Vec<_>>()
                .to_f32_vec()),
            Dtype::F32 => Ok(view
                .data()
                .as_chunks::<4>()
                .0
                .iter()
                .map(|bytes| f32::from_le_bytes(*bytes))
                .collect()),
            other => Err(Error::Damaged(format!("tensor {name} is {other:?}"))),
        }
    }

    fn concatenated(&self, names: &[impl AsRef<str>]) -> Result<Vec<f32>> {
        let parts: Vec<_> = names
            .iter()
            .map(|name| self.numbers(name.as_ref()))
            .collect::<Result<_>>()?;
        Ok(parts.concat())
    }
}

fn damaged(error: &safetensors::SafeTensorError) -> Error {
    Error::Damaged(error.to_string())
}

/// Packs matrices (one row per output feature, with their number of input features) into panels, one matrix after the other.
///
/// The kernels' module says what a panel is.
fn packed(isa: Isa, matrices: &[(&[f32], usize)]) -> Result<Tensor> {
    match isa {
        Isa::Avx512Bf16 => pack(matrices, isa.panel_width(), |&[low, high]: &[f32; 2]| {
            u32::from(bf16::from_f32(high).to_bits()) << 16
                | u32::from(bf16::from_f32(low).to_bits())
        }),
        Isa::Avx512 | Isa::Avx2 | Isa::Portable => {
            pack(matrices, isa.panel_width(), |&[number]: &[f32; 1]| number)
        }
    }
}

/// `word` makes one word of `STEP` input features. The tensor starts on a cache line: a load that straddles two costs two.
fn pack<W: WithDType, const STEP: usize>(
    matrices: &[(&[f32], usize)],
    width: usize,
    word: impl Fn(&[f32; STEP]) -> W,
) -> Result<Tensor> {
    let words = matrices
        .iter()
        .map(|(matrix, _)| matrix.len())
        .sum::<usize>()
        / STEP;
    let mut panels: Vec<W> = Vec::with_capacity(words + CACHE_LINE);
    let padding = panels.as_ptr().align_offset(CACHE_LINE).min(CACHE_LINE);
    panels.resize(padding, W::zero());
    for &(matrix, inputs) in matrices {
        for panel in matrix.chunks_exact(width * inputs) {
            let rows: Vec<&[[f32; STEP]]> = panel
                .chunks_exact(inputs)
                .map(|row| row.as_chunks().0)
                .collect();
            for step in 0..inputs / STEP {
                panels.extend(rows.iter().map(|row| word(&row[step])));
            }
        }
    }
    let length = panels.len();
    Ok(Tensor::from_vec(panels, length, &Device::Cpu)?.narrow(0, padding, words)?)
}

/// In bytes, and so at least as long in words.
const CACHE_LINE: usize = 64;
