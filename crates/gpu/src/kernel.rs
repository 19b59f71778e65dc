//! A kernel as text: pieces of WGSL behind constants and buffer declarations, and its identity.

use burn::backend::wgpu::{KernelSource, SourceTemplate};
use burn::cubecl::ir::settings::Dim3;
use burn::cubecl::prelude::KernelId;
use std::fmt::Write as _;

/// A constant in front of a kernel's text; the compiler folds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    Number(u32),
    Flag(bool),
}

impl From<usize> for Constant {
    fn from(value: usize) -> Self {
        // Sizes of a network: `spec` bounds them far below.
        Self::Number(u32::try_from(value).unwrap_or(u32::MAX))
    }
}

impl From<u32> for Constant {
    fn from(value: u32) -> Self {
        Self::Number(value)
    }
}

impl From<bool> for Constant {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

/// What a kernel does with a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Access {
    Read,
    Write,
}

/// One kernel, not yet compiled. Equal kernels share one pipeline.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub pieces: Vec<&'static str>,
    pub constants: Vec<(&'static str, Constant)>,
    pub buffers: Vec<(&'static str, Access)>,
    /// Threads of a workgroup.
    pub threads: u32,
    /// How often a line behind `// each row:` is written out, `@` being its number.
    pub rows: u32,
    pub params: bool,
}

/// What tells two kernels apart: texts by their address, because a launch must not read them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    pieces: Vec<usize>,
    constants: Vec<(&'static str, Constant)>,
    buffers: Vec<(&'static str, Access)>,
    threads: u32,
    rows: u32,
}

/// Words of the uniform `params`, as `array<vec4<u32>, 4>`.
pub(crate) const PARAMS: usize = 16;

const EACH: &str = "// each row: ";

impl Kernel {
    pub fn identity(&self) -> Identity {
        Identity {
            pieces: self.pieces.iter().map(|p| p.as_ptr() as usize).collect(),
            constants: self.constants.clone(),
            buffers: self.buffers.clone(),
            threads: self.threads,
            rows: self.rows,
        }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string never fails.
        for (index, (name, access)) in self.buffers.iter().enumerate() {
            let access = match access {
                // Where buffers are parts of shared pages, a page may be read and written in one launch, which
                // only a binding for both allows.
                Access::Read if cfg!(target_family = "wasm") => "read",
                Access::Read | Access::Write => "read_write",
            };
            let _ = writeln!(
                text,
                "@group(0) @binding({index}) var<storage, {access}> {name}: array<f32>;"
            );
        }
        if self.params {
            let index = self.buffers.len();
            let _ = writeln!(
                text,
                "@group(0) @binding({index}) var<uniform> params: array<vec4<u32>, {}>;",
                PARAMS / 4
            );
        }
        let _ = writeln!(text, "const THREADS: u32 = {}u;", self.threads);
        for (name, constant) in &self.constants {
            let _ = match constant {
                Constant::Number(value) => writeln!(text, "const {name}: u32 = {value}u;"),
                Constant::Flag(value) => writeln!(text, "const {name}: bool = {value};"),
            };
        }
        for line in self.pieces.iter().flat_map(|piece| piece.lines()) {
            match line.split_once(EACH) {
                Some((_, line)) => {
                    for row in 0..self.rows {
                        let _ = writeln!(text, "{}", line.replace('@', &row.to_string()));
                    }
                }
                None => {
                    let _ = writeln!(text, "{line}");
                }
            }
        }
        text
    }
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(self.text())
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>()
            .info(self.identity())
            .cube_dim(Dim3::new_1d(self.threads))
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}
