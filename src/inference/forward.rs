//! The forward pass: token numbers in, one state per token out.
//!
//! Texts lie one after the other in the tensors, without padding. Activations live in tensors that a [`Workspace`] owns and that every pass
//! overwrites; each step is a candle operation in place, whose arithmetic is a kernel of ours.

use std::cell::RefCell;

use candle_core::{
    CpuStorage, DType, Device, InplaceOp1, InplaceOp2, InplaceOp3, Layout, Result, Storage, Tensor,
    WithDType, bail,
};

use super::{
    kernels::{self, Isa, Panels, Scratch},
    shape::{MAX_TOKENS, WIDTH},
    weights::{Layer, Weights},
};

/// Tokens of all texts that go through the model together. More does not make it faster, and a question would wait longer.
pub(super) const BATCH_TOKENS: usize = 512;

/// The tensors of a pass. One per thread.
pub(super) struct Workspace {
    x: Tensor,
    qkv: Tensor,
    context: Tensor,
    scratch: RefCell<Scratch>,
}

impl Workspace {
    pub(super) fn new() -> Result<Self> {
        let zeros = |width| Tensor::zeros(BATCH_TOKENS * width, DType::F32, &Device::Cpu);
        Ok(Self {
            x: zeros(WIDTH)?,
            qkv: zeros(3 * WIDTH)?,
            context: zeros(WIDTH)?,
            scratch: RefCell::new(Scratch::new(MAX_TOKENS)),
        })
    }

    /// Runs texts of together at most [`BATCH_TOKENS`] tokens through the model and hands their states (`tokens × WIDTH`) to `read`.
    pub(super) fn forward<T>(
        &mut self,
        weights: &Weights,
        isa: Isa,
        texts: &[&[u32]],
        read: impl FnOnce(&[f32]) -> T,
    ) -> Result<T> {
        let lengths: Vec<usize> = texts.iter().map(|text| text.len()).collect();
        let tokens = lengths.iter().sum::<usize>();
        let pass = Pass {
            isa,
            lengths,
            x: self.x.narrow(0, 0, tokens * WIDTH)?,
            qkv: self.qkv.narrow(0, 0, tokens * 3 * WIDTH)?,
            context: self.context.narrow(0, 0, tokens * WIDTH)?,
            scratch: &self.scratch,
        };
        pass.embed(weights, texts)?;
        for layer in &weights.layers {
            pass.attend(layer)?;
            pass.feed_forward(layer)?;
        }
        let (storage, layout) = pass.x.storage_and_layout();
        match &*storage {
            Storage::Cpu(storage) => Ok(read(Operand(storage, layout).numbers()?)),
            _ => bail!("the states are not in main memory"),
        }
    }
}

/// One pass over a batch: the parts of the workspace's tensors that it fills.
struct Pass<'a> {
    isa: Isa,
    lengths: Vec<usize>,
    x: Tensor,
    qkv: Tensor,
    context: Tensor,
    scratch: &'a RefCell<Scratch>,
}

impl Pass<'_> {
    fn embed(&self, weights: &Weights, texts: &[&[u32]]) -> Result<()> {
        let embed = |x: &mut [f32]| {
            let rows = texts.iter().flat_map(|text| text.iter().enumerate());
            for (row, (position, &token)) in x.chunks_exact_mut(WIDTH).zip(rows) {
                weights.embedding.write(token, position, row);
            }
            kernels::normalise(self.isa, x, &weights.embedding.norm);
            Ok(())
        };
        self.x.inplace_op1(&Op("embed", embed))
    }

    /// Attention, its residual and its layer norm.
    fn attend(&self, layer: &Layer) -> Result<()> {
        let (isa, scratch) = (self.isa, self.scratch);
        let project = |qkv: &mut [f32], x: Operand<'_>, panels: Operand<'_>| {
            let (x, panels) = (x.numbers()?, panels.panels()?);
            kernels::project(
                isa,
                x,
                panels,
                &layer.qkv_bias,
                qkv,
                &mut scratch.borrow_mut(),
            );
            Ok(())
        };
        let attend = |context: &mut [f32], qkv: Operand<'_>| {
            kernels::attend_all(
                isa,
                qkv.numbers()?,
                &self.lengths,
                context,
                &mut scratch.borrow_mut(),
            );
            Ok(())
        };
        let mix = |x: &mut [f32], context: Operand<'_>, panels: Operand<'_>| {
            let (context, panels) = (context.numbers()?, panels.panels()?);
            kernels::mix(
                isa,
                context,
                panels,
                &layer.mix_parameters,
                x,
                &mut scratch.borrow_mut(),
            );
            Ok(())
        };
        self.qkv
            .inplace_op3(&self.x, &layer.qkv, &Op("project", project))?;
        self.context.inplace_op2(&self.qkv, &Op("attend", attend))?;
        self.x
            .inplace_op3(&self.context, &layer.mix, &Op("mix", mix))
    }

    /// The two products with the GELU between them, their residual and their layer norm.
    fn feed_forward(&self, layer: &Layer) -> Result<()> {
        let feed_forward = |x: &mut [f32], panels: Operand<'_>| {
            let (panels, parameters) = (panels.panels()?, &layer.feed_forward_parameters);
            kernels::feed_forward(
                self.isa,
                panels,
                parameters,
                x,
                &mut self.scratch.borrow_mut(),
            );
            Ok(())
        };
        self.x
            .inplace_op2(&layer.feed_forward, &Op("feed forward", feed_forward))
    }
}

/// A candle operation that overwrites an f32 tensor: a name, and what it does with the tensor and with up to two others.
struct Op<F>(&'static str, F);

impl<F> Op<F> {
    fn target<'a>(&self, storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
        match (storage, layout.contiguous_offsets()) {
            (CpuStorage::F32(numbers), Some((start, end))) => Ok(&mut numbers[start..end]),
            _ => bail!("{} overwrites contiguous f32 tensors only", self.0),
        }
    }
}

impl<F: Fn(&mut [f32]) -> Result<()>> InplaceOp1 for Op<F> {
    fn name(&self) -> &'static str {
        self.0
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        (self.1)(self.target(storage, layout)?)
    }
}

impl<F: Fn(&mut [f32], Operand<'_>) -> Result<()>> InplaceOp2 for Op<F> {
    fn name(&self) -> &'static str {
        self.0
    }

    fn cpu_fwd(
        &self,
        storage: &mut CpuStorage,
        layout: &Layout,
        first: &CpuStorage,
        of_first: &Layout,
    ) -> Result<()> {
        (self.1)(self.target(storage, layout)?, Operand(first, of_first))
    }
}

impl<F: Fn(&mut [f32], Operand<'_>, Operand<'_>) -> Result<()>> InplaceOp3 for Op<F> {
    fn name(&self) -> &'static str {
        self.0
    }

    fn cpu_fwd(
        &self,
        storage: &mut CpuStorage,
        layout: &Layout,
        first: &CpuStorage,
        of_first: &Layout,
        second: &CpuStorage,
        of_second: &Layout,
    ) -> Result<()> {
        (self.1)(
            self.target(storage, layout)?,
            Operand(first, of_first),
            Operand(second, of_second),
        )
    }
}

/// A tensor that an operation reads.
struct Operand<'a>(&'a CpuStorage, &'a Layout);

impl<'a> Operand<'a> {
    fn numbers(&self) -> Result<&'a [f32]> {
        self.slice()
    }

    fn panels(&self) -> Result<Panels<'a>> {
        Ok(match self.0 {
            CpuStorage::U32(_) => Panels::Pairs(self.slice()?),
            _ => Panels::Single(self.slice()?),
        })
    }

    fn slice<D: WithDType>(&self) -> Result<&'a [D]> {
        match self.1.contiguous_offsets() {
            Some((start, end)) => Ok(&self.0.as_slice()?[start..end]),
            None => bail!("a tensor with gaps"),
        }
    }
}
