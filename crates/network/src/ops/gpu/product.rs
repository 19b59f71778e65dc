//! A matrix product on the GPU: the one kernel behind convolution and the dense product, forward and
//! backward. The operation says in WGSL what is loaded and where a result goes.
//!
//! There are two forms of it. On a card, workgroups share tiles of both matrices. A processor that
//! plays a GPU (a software adapter) runs the threads of a workgroup one after the other, and every
//! barrier is a change of all of them: there each thread works alone.

use fireside_gpu::{Constant, GpuTensor, Launch, empty, line, software};

const TILED: &str = include_str!("kernels/product.wgsl");
const DIRECT: &str = include_str!("kernels/product_direct.wgsl");
const SUM_PARTS: &str = include_str!("kernels/sum_parts.wgsl");

const PUT_WHOLE: &str = r"
fn put(m: u32, n: u32, part: u32, value: f32) {
    finish(m, n, value);
}
";
const PUT_PART: &str = r"
// A part of the sum; `sum_parts` adds them up.
fn put(m: u32, n: u32, part: u32, value: f32) {
    let size = sizes();
    parts[(part * size.x + m) * size.y + n] = value;
}
";

/// Columns of a tile, and how far a tile goes along the sum.
const TILE_N: u32 = 64;
const TILE_K: u32 = 16;
/// Workgroups that keep a card busy, and threads that a processor needs at all.
const BUSY_GROUPS: u32 = 256;
const BUSY_THREADS: u32 = 512;
/// A part of a sum that is split should have at least so many terms.
const LEAST_TERMS: u32 = 64;
const MOST_PARTS: u32 = 128;
const SUM_THREADS: u32 = 64;

/// A product [m, k] x [k, n].
pub(super) struct Product<'t> {
    /// Rows of the batch: `params[0].x` of the kernel.
    pub rows: usize,
    pub m: usize,
    pub n: usize,
    pub k: usize,
    /// Whether neighbours along k lie side by side in memory, in the left and in the right matrix.
    pub along_k: [bool; 2],
    pub constants: Vec<(&'static str, Constant)>,
    /// WGSL of `sizes()`, used by all kernels of the product.
    pub sizes: &'static str,
    /// WGSL of `load_a` and `load_b`, and the buffers they read.
    pub load: Vec<&'static str>,
    pub reads: Vec<(&'static str, &'t GpuTensor)>,
    /// WGSL of `finish`, and the buffers it reads and writes.
    pub finish: Vec<&'static str>,
    pub finish_reads: Vec<(&'static str, &'t GpuTensor)>,
    pub writes: Vec<(&'static str, &'t GpuTensor)>,
}

/// How a product is laid out over threads.
struct Grid {
    threads: u32,
    /// Rows of a thread.
    rows: u32,
    groups: [u32; 2],
    constants: Vec<(&'static str, Constant)>,
    kernel: &'static str,
}

impl Product<'_> {
    fn grid(&self, software: bool) -> Grid {
        let (m, n) = (self.m as u32, self.n as u32);
        if software {
            let threads = 64;
            let rows = [4, 8, 16].into_iter().find(|rows| m <= *rows).unwrap_or(16);
            return Grid {
                threads,
                rows,
                groups: {
                    let [x, y, _] = line((n.div_ceil(4) * m.div_ceil(rows)) as usize, threads);
                    [x, y]
                },
                constants: vec![("REG_M", rows.into())],
                kernel: DIRECT,
            };
        }
        let tile_m: u32 = [16, 32, 64]
            .into_iter()
            .find(|tile| m <= *tile)
            .unwrap_or(64);
        let rows = 4;
        Grid {
            threads: tile_m / rows * (TILE_N / 4),
            rows,
            groups: [n.div_ceil(TILE_N), m.div_ceil(tile_m)],
            constants: vec![
                ("REG_M", rows.into()),
                ("TILE_M", tile_m.into()),
                ("TILE_N", TILE_N.into()),
                ("TILE_K", TILE_K.into()),
                ("A_ALONG_K", self.along_k[0].into()),
                ("B_ALONG_K", self.along_k[1].into()),
            ],
            kernel: TILED,
        }
    }

    /// Into how many parts the sum is split, so that there is work for all.
    fn parts(&self, grid: &Grid, software: bool) -> u32 {
        let [x, y] = grid.groups;
        let (have, enough) = match software {
            true => (x * y * grid.threads, BUSY_THREADS),
            false => (x * y, BUSY_GROUPS),
        };
        let possible = (self.k as u32 / LEAST_TERMS).clamp(1, MOST_PARTS);
        (enough / have.max(1)).clamp(1, possible)
    }

    /// Computes it.
    pub fn run(self) {
        let Some((_, like)) = self.writes.first() else {
            return;
        };
        let software = software(like);
        let grid = self.grid(software);
        let parts = self.parts(&grid, software);
        // A part ends where a tile does.
        let share = (self.k as u32).div_ceil(parts).next_multiple_of(TILE_K);
        let parts = (self.k as u32).div_ceil(share).max(1);
        let params = [self.rows as u32, share, parts];
        let [x, y] = grid.groups;

        let mut pieces = vec![self.sizes];
        pieces.extend(&self.load);
        let mut launch = |finish: &[&'static str]| {
            pieces.extend(finish);
            pieces.push(grid.kernel);
            let mut launch = Launch::new(&pieces, grid.threads)
                .constants(self.constants.iter().copied())
                .constants(grid.constants.iter().copied())
                .rows(grid.rows)
                .params(&params);
            for (name, tensor) in &self.reads {
                launch = launch.read(name, tensor);
            }
            launch
        };
        let finish = |mut launch: Launch| {
            for (name, tensor) in &self.finish_reads {
                launch = launch.read(name, tensor);
            }
            for (name, tensor) in &self.writes {
                launch = launch.write(name, tensor);
            }
            launch
        };
        if parts == 1 {
            let mut whole = self.finish.clone();
            whole.push(PUT_WHOLE);
            finish(launch(&whole)).run([x, y, 1]);
            return;
        }
        let scratch = empty(like, [parts as usize * self.m * self.n]);
        launch(&[PUT_PART])
            .write("parts", &scratch)
            .run([x, y, parts]);
        let mut pieces = vec![self.sizes];
        pieces.extend(&self.finish);
        pieces.push(SUM_PARTS);
        let sum = Launch::new(&pieces, SUM_THREADS)
            .constants(self.constants.iter().copied())
            .params(&params)
            .read("parts", &scratch);
        finish(sum).run(line(self.m * self.n, SUM_THREADS));
    }
}
