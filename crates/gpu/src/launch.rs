//! Launching a kernel: buffers in the order of their names, a few words of parameters, a grid.

use crate::kernel::{Access, Constant, Identity, Kernel, PARAMS};
use crate::rehearsal;
use crate::tensor::GpuTensor;
use burn::backend::wgpu::{CubeDim, SourceKernel};
use burn::cubecl::CubeCount;
use burn::cubecl::ir::attributes::BufferIOAttr;
use burn::cubecl::ir::settings::Dim3;
use burn::cubecl::server::{Handle, KernelArguments, MetadataBindingInfo};
use std::cell::RefCell;
use std::collections::HashSet;

/// Most workgroups along one axis of a grid that every adapter takes.
const MAX_GROUPS: u32 = 65_535;

/// A grid with a thread for each of `count`; two axes, because one holds 65,535 workgroups.
pub fn line(count: usize, threads: u32) -> [u32; 3] {
    let groups = (count as u32).div_ceil(threads);
    let x = groups.min(32_768);
    [x, groups.div_ceil(x.max(1)), 1]
}

/// What was launched since the program started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Kernels of ours that were launched.
    pub dispatches: u64,
    /// Different ones among them: each was compiled once.
    pub pipelines: u64,
}

#[derive(Default)]
struct Launched {
    dispatches: u64,
    made: HashSet<Identity>,
}

thread_local! {
    // Tensors of one device are used from one thread: the worker, or the terminal's main thread.
    static LAUNCHED: RefCell<Launched> = RefCell::default();
}

/// What was launched on this thread.
pub fn counts() -> Counts {
    LAUNCHED.with_borrow(|launched| Counts {
        dispatches: launched.dispatches,
        pipelines: launched.made.len() as u64,
    })
}

/// A kernel with its arguments.
#[must_use = "nothing happens before `run`"]
#[derive(Clone)]
pub struct Launch {
    kernel: Kernel,
    tensors: Vec<GpuTensor>,
    params: Vec<u32>,
}

impl Launch {
    /// A kernel from pieces of WGSL, which together hold one entry point `main`; `threads` per workgroup.
    pub fn new(pieces: &[&'static str], threads: u32) -> Self {
        Self {
            kernel: Kernel {
                pieces: pieces.to_vec(),
                constants: Vec::new(),
                buffers: Vec::new(),
                threads,
                rows: 0,
                params: false,
            },
            tensors: Vec::new(),
            params: Vec::new(),
        }
    }

    /// Constants in front of the text. Every combination of values is a pipeline of its own.
    pub fn constants<C: Into<Constant>>(
        mut self,
        constants: impl IntoIterator<Item = (&'static str, C)>,
    ) -> Self {
        let constants = constants.into_iter();
        self.kernel
            .constants
            .extend(constants.map(|(name, value)| (name, value.into())));
        self
    }

    /// How often lines behind `// each row:` are written out.
    pub fn rows(mut self, rows: u32) -> Self {
        self.kernel.rows = rows;
        self
    }

    /// A buffer that the kernel reads.
    pub fn read(self, name: &'static str, tensor: &GpuTensor) -> Self {
        self.buffer(name, Access::Read, tensor)
    }

    /// A buffer that the kernel writes, and may read.
    pub fn write(self, name: &'static str, tensor: &GpuTensor) -> Self {
        self.buffer(name, Access::Write, tensor)
    }

    fn buffer(mut self, name: &'static str, access: Access, tensor: &GpuTensor) -> Self {
        self.kernel.buffers.push((name, access));
        self.tensors.push(tensor.clone());
        self
    }

    /// The words of the uniform `params`, 16 at most.
    pub fn params(mut self, words: &[u32]) -> Self {
        assert!(words.len() <= PARAMS, "a kernel takes {PARAMS} parameters");
        self.kernel.params = true;
        self.params = words.to_vec();
        self
    }

    /// Launches as many workgroups.
    ///
    /// # Panics
    /// If there are no buffers, or more workgroups along an axis than any adapter has to take: `spec` bounds
    /// what a network may need.
    pub fn run(self, groups: [u32; 3]) {
        assert!(
            groups.iter().all(|count| *count <= MAX_GROUPS),
            "a grid of {groups:?} workgroups is too large"
        );
        if groups.contains(&0) {
            return;
        }
        let identity = self.kernel.identity();
        let known = LAUNCHED.with_borrow(|launched| launched.made.contains(&identity));
        if rehearsal::takes(&identity, known, &self) {
            return;
        }
        LAUNCHED.with_borrow_mut(|launched| {
            launched.dispatches += 1;
            if !known {
                launched.made.insert(identity);
            }
        });
        let Some(client) = self.client() else {
            unreachable!("a kernel without buffers does nothing");
        };
        let mut arguments = KernelArguments::new();
        for (tensor, (_, access)) in self.tensors.iter().zip(&self.kernel.buffers) {
            let io = match access {
                Access::Read => BufferIOAttr::ReadOnly,
                Access::Write => BufferIOAttr::ReadWrite,
            };
            let handle: Handle = tensor.handle.clone();
            arguments = arguments.with_buffer_io(handle.binding(), io);
        }
        if self.kernel.params {
            let mut words = self.params;
            words.resize(PARAMS, 0);
            let pairs = words.as_chunks::<2>().0;
            let data = pairs
                .iter()
                .map(|[low, high]| u64::from(*low) | u64::from(*high) << 32);
            arguments = arguments.with_info(MetadataBindingInfo::custom(data.collect()));
        }
        let dim = CubeDim::from(Dim3::new_1d(self.kernel.threads));
        let [x, y, z] = groups;
        client.launch(
            Box::new(SourceKernel::new(self.kernel, dim)),
            CubeCount::Static(x, y, z),
            arguments,
        );
    }

    /// The device that runs this.
    pub(crate) fn client(&self) -> Option<burn::cubecl::client::Client> {
        self.tensors.first().map(|tensor| tensor.client.clone())
    }
}
