//! The checks as a module for the engines of the browser: named, and run one by one by `tests/wasm/main.js`.

#![cfg(target_family = "wasm")]

#[path = "../../tests/parity/main.rs"]
mod parity;

use burn::tensor::{Tensor, TensorData};
use fireside_network::ops::dense;
use fireside_tests::engine::{Host, set_host};
use js_sys::{Function, Uint8Array};
use std::cell::RefCell;
use std::pin::Pin;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

/// The engines that a check is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// What is not computed on a device, what asks for the last bit, and what takes a software GPU minutes.
    Cpu,
    Both,
}

/// A check, which panics where numbers disagree.
pub struct Check {
    pub name: &'static str,
    pub on: On,
    pub run: fn() -> Pin<Box<dyn Future<Output = ()>>>,
}

thread_local! {
    static READ: RefCell<Function> = RefCell::default();
    static PRINT: RefCell<Function> = RefCell::default();
    static PANIC: RefCell<Function> = RefCell::default();
}

#[cfg(feature = "gpu")]
unsafe extern "C" {
    /// See `crates/browser`.
    fn __wasm_call_ctors();
}

/// Runs before everything else.
#[wasm_bindgen(start)]
pub fn start() {
    #[cfg(feature = "gpu")]
    // SAFETY: it takes nothing, and runs once, before every other function of this module.
    unsafe {
        __wasm_call_ctors();
    }
}

fn print(lines: &str) {
    let print = PRINT.with_borrow(Function::clone);
    print.call1(&JsValue::NULL, &lines.into()).expect("printed");
}

fn read(path: &str) -> Option<Vec<u8>> {
    let read = READ.with_borrow(Function::clone);
    let found = read.call1(&JsValue::NULL, &path.into()).ok()?;
    Some(found.dyn_into::<Uint8Array>().ok()?.to_vec())
}

/// Opens the engine. `on_read` gets a path from the root of the checkout and gives bytes or undefined, `on_print` lines,
/// `on_panic` the message of a panic, after which this module is lost.
#[wasm_bindgen]
pub async fn open(on_read: Function, on_print: Function, on_panic: Function) {
    PANIC.set(on_panic);
    std::panic::set_hook(Box::new(|info| {
        let hear = PANIC.with_borrow(Function::clone);
        let _ = hear.call1(&JsValue::NULL, &info.to_string().into());
    }));
    READ.set(on_read);
    PRINT.set(on_print);
    #[cfg(feature = "gpu")]
    let device = {
        let opened = fireside_gpu::open().await.expect("a GPU");
        let lost = opened.lost.clone();
        wasm_bindgen_futures::spawn_local(async move {
            panic!("the device was lost: {}", lost.wait().await);
        });
        LOST.set(Some(opened.lost));
        opened.device
    };
    #[cfg(not(feature = "gpu"))]
    let device = fireside_network::cpu();
    set_host(Host {
        device,
        read,
        print,
    });
}

#[cfg(feature = "gpu")]
thread_local! {
    static LOST: RefCell<Option<fireside_gpu::Lost>> = const { RefCell::new(None) };
}

/// What `crates/browser` has for the threads of the CPU engine.
#[cfg(feature = "cpu")]
mod threads {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[global_allocator]
    static ALLOCATOR: fireside_threads::Allocator = fireside_threads::Allocator::new();

    #[wasm_bindgen]
    pub fn help() {
        fireside_threads::help();
    }

    #[wasm_bindgen]
    pub fn threads() -> usize {
        fireside_threads::threads()
    }

    #[wasm_bindgen]
    pub fn helped() -> usize {
        fireside_threads::helped()
    }
}

/// Two square matrices, for how long their product takes: `tests/wasm/product.js` and the bench.
#[wasm_bindgen]
pub struct Product([Tensor<2>; 2]);

#[wasm_bindgen]
impl Product {
    /// Matrices of `size` rows, row-major. After [`open`].
    #[wasm_bindgen(constructor)]
    pub fn new(size: usize, left: Vec<f32>, right: Vec<f32>) -> Product {
        let device = fireside_tests::engine::device();
        let matrix = |numbers| Tensor::from_data(TensorData::new(numbers, [size, size]), &device);
        Self([matrix(left), matrix(right)])
    }

    /// Multiplies so many times; the sum of the first row of the last product.
    pub async fn multiply(&self, times: usize) -> f32 {
        let [left, right] = &self.0;
        let mut product = None;
        for _ in 0..times {
            product = Some(dense(left.clone(), right.clone(), None, false));
        }
        let Some(product) = product else { return 0.0 };
        let row = product.slice([0..1]).into_data_async().await;
        let row = row.expect("read").into_vec::<f32>().expect("numbers");
        row.iter().sum()
    }
}

/// The names of this engine's checks.
#[wasm_bindgen]
pub fn checks() -> Vec<String> {
    let own = |check: &&Check| cfg!(not(feature = "gpu")) || check.on == On::Both;
    let own = parity::CHECKS.iter().filter(own);
    own.map(|check| check.name.to_string()).collect()
}

/// Runs a check.
#[wasm_bindgen]
pub async fn run(name: String) {
    let check = parity::CHECKS.iter().find(|check| check.name == name);
    (check.expect("a check").run)().await;
    // A kernel that the browser refuses leaves old numbers behind.
    #[cfg(feature = "gpu")]
    if let Some(error) = LOST.with_borrow(|lost| lost.as_ref().and_then(|lost| lost.error())) {
        panic!("the device: {error}");
    }
}
