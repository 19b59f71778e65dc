//! Products of many small matrices on the GPU, such as the heads of an attention: one launch for all of them.

use crate::ops::sizes::Products;
use fireside_gpu::{Constant, GpuTensor, Launch, empty, line};

const PRODUCTS: &str = include_str!("kernels/products.wgsl");
const THREADS: u32 = 64;
/// Rows and columns of a thread.
const ROWS: u32 = 4;
const COLUMNS: u32 = 4;

pub(super) fn multiply(sizes: &Products, left: &GpuTensor, right: &GpuTensor) -> GpuTensor {
    let Products {
        count,
        m,
        n,
        k,
        turned: [left_turned, right_turned],
    } = *sizes;
    let output = empty(left, [count, m, n]);
    let constants: [(&str, Constant); 6] = [
        ("M", m.into()),
        ("N", n.into()),
        ("K", k.into()),
        ("LEFT_TURNED", left_turned.into()),
        ("RIGHT_TURNED", right_turned.into()),
        ("REG_M", ROWS.into()),
    ];
    let blocks = count * m.div_ceil(ROWS as usize) * n.div_ceil(COLUMNS as usize);
    Launch::new(&[PRODUCTS], THREADS)
        .constants(constants)
        .rows(ROWS)
        .params(&[count as u32])
        .read("left", left)
        .read("right", right)
        .write("output", &output)
        .run(line(blocks, THREADS));
    output
}
