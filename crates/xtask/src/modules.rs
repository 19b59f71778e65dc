//! The wasm modules of the site, and how each is compiled: for speed or for size, what is left out, whose its memory is.

use std::path::PathBuf;

use crate::share::Memory;
use crate::step::House;
use crate::trim::Unreached;

/// A module of the site: one build of `crates/browser`, or of another crate for the browser.
#[derive(Debug)]
pub struct Engine {
    /// Folder below `web/src/lib/engine/wasm`; of `crates/browser` the cargo feature, too.
    pub name: &'static str,
    /// What is built.
    pub package: &'static str,
    /// Most bytes of the wasm file after brotli 11.
    pub brotli: u64,
    /// Most bytes of the wasm file after gzip 9.
    pub gzip: u64,
    /// Settings of cargo for it.
    pub settings: fn() -> Vec<String>,
    /// What is taken out before.
    pub unreached: &'static [Unreached],
    /// Whose its memory is.
    pub memory: Memory,
}

/// The engines of the site. Another one is one more row.
pub const ENGINES: &[Engine] = &[
    Engine {
        name: "cpu",
        package: ENGINE,
        // The whole language of the books, its gradients and its readers of files.
        brotli: 552_000,
        gzip: 690_000,
        settings: small_settings,
        unreached: UNREACHED,
        memory: Memory::Shared,
    },
    Engine {
        name: "gpu",
        package: ENGINE,
        brotli: 1_230_000,
        gzip: 1_700_000,
        settings: gpu_settings,
        unreached: UNREACHED_ON_GPU,
        memory: Memory::Own,
    },
    // What reads files, for the few who bring some, or whose site has no packs.
    Engine {
        name: "reader",
        package: "fireside-reader",
        brotli: 150_000,
        gzip: 178_000,
        settings: small_settings,
        unreached: &[],
        memory: Memory::Own,
    },
];

/// The package of the engines that train.
pub const ENGINE: &str = "fireside-browser";

/// Packages that are compiled for size in the wasm build, with their `opt-level`: the reader downloads them, and no step of a
/// training waits for them. The hot loops (our own kernels and update rules, the packs' inflating and hashing) stay at 3. The native build has no
/// part in this.
const SMALL: &[(&str, &[&str])] = &[
    (
        "s",
        &[
            "fireside-browser",
            "fireside-datasets",
            "fireside-inference",
            "fireside-insight",
            "fireside-reader",
            "fireside-training",
            "flate2",
            "gemm-common",
            "gemm-f32",
            "safetensors",
        ],
    ),
    // burn-flex: its element-wise loops are explicit SIMD (macerator) at any level.
    (
        "z",
        &[
            "async-channel",
            "burn",
            "burn-autodiff",
            "burn-backend",
            "burn-core",
            "burn-dispatch",
            "burn-einsum",
            "burn-flex",
            "burn-ir",
            "burn-linalg",
            "burn-nn",
            "burn-pack",
            "burn-std",
            "burn-tensor",
            "bytes",
            "csv-core",
            "cubecl-common",
            "cubecl-environment",
            "cubecl-zspace",
            "embassy-futures",
            "event-listener",
            "fireside-book",
            "fireside-spec",
            "float8",
            "gemm",
            "gemm-f16",
            "gemm-f64",
            "half",
            "hashbrown",
            "js-sys",
            "memchr",
            "num-traits",
            "serde",
            "serde-wasm-bindgen",
            "serde_core",
            "serde_json",
            "serde_spanned",
            "smallvec",
            "spin",
            "toml",
            "toml_datetime",
            "toml_parser",
            "toml_writer",
            "uuid",
            "wasm-bindgen",
            "wasm-bindgen-futures",
            "winnow",
            "zmij",
        ],
    ),
];

impl Engine {
    /// Where the page's worker imports it from.
    pub fn folder(&self, house: &House) -> PathBuf {
        house.at("web/src/lib/engine/wasm").join(self.name)
    }

    /// What wasm-opt does, and may use.
    pub fn passes(&self) -> Vec<&'static str> {
        let features = match self.memory {
            Memory::Shared => THREADS,
            Memory::Own => &[],
        };
        [features, PASSES].concat()
    }

    /// The wasm file that the page loads.
    pub fn wasm(&self, house: &House) -> PathBuf {
        self.folder(house).join("fireside_bg.wasm")
    }
}

/// Nothing that a reader waits for runs on this engine's own processor: everything is compiled for size. Without optimization
/// over all crates, which takes as long as all the rest and only leaves out a little more.
fn gpu_settings() -> Vec<String> {
    ["--config", "profile.release.opt-level=\"z\""]
        .map(str::to_owned)
        .into()
}

/// [`SMALL`] as arguments of cargo.
fn small_settings() -> Vec<String> {
    SMALL
        .iter()
        .flat_map(|(level, packages)| packages.iter().map(move |package| (level, package)))
        .flat_map(|(level, package)| {
            let setting = format!("profile.release.package.{package}.opt-level=\"{level}\"");
            ["--config".to_owned(), setting]
        })
        .chain(LINKED.iter().map(|text| (*text).to_owned()))
        .collect()
}

/// How the linker is called, as arguments of cargo.
pub const LINK: &[&str] = &["--", "-Clink-arg=--emit-relocs"];

/// Optimization over all crates at once: what several of them made from the same generic code is kept once.
const LINKED: &[&str] = &[
    "--config",
    "profile.release.lto=\"fat\"",
    "--config",
    "profile.release.codegen-units=1",
];

/// What wasm-opt does. A file that is smaller on the disk may be larger to download: inlining, and functions sorted by how
/// often they are called, put what is alike far apart, and gzip and brotli no longer find it (a tenth more). Sorted by name,
/// the copies of a generic function for each type of number stand together.
const PASSES: &[&str] = &[
    "-Oz",
    "--skip-pass=inlining",
    "--skip-pass=inlining-optimizing",
    "--skip-pass=local-cse",
    "--skip-pass=reorder-functions",
    "--reorder-functions-by-name",
];

/// What the compiler did not know of: `share.rs` gave it to those whose memory is shared.
const THREADS: &[&str] = &["--enable-threads", "--enable-bulk-memory"];

/// The tensors of the CPU engine are `f32`, with indices (`i32`, `i64`) and masks (`u8`) beside them. Other types of as many bytes
/// as one of these are not named: theirs may be the name under which a loop over bytes was kept.
const UNREACHED: &[Unreached] = &[
    Unreached::For("burn_flex", "f64"),
    Unreached::For("burn_flex", "i16"),
    Unreached::For("burn_flex", "u16"),
    Unreached::For("burn_flex", "half::binary16::f16"),
    Unreached::For("burn_flex", "half::bfloat::bf16"),
    // From one type of number to another.
    Unreached::Begins("<burn_std::data::tensor::base::TensorData>::try_cast_"),
    // Quantized tensors.
    Unreached::Begins("burn_backend::quantization::"),
    Unreached::Holds("burn_backend::backend::ops::qtensor::QTensorOps"),
];

/// The tensors of the GPU engine are `f32`, with indices (`i32`) and masks beside them; convolution and products are kernels of our
/// own. Only where something begins is named: what it alone needs goes with it, and what others share with it stays.
const UNREACHED_ON_GPU: &[Unreached] = &[
    // Quantized tensors: their operations, their kernels, kernels that read them as they are, and where Burn's products put them.
    Unreached::Holds("as burn_backend::backend::ops::qtensor::QTensorOps"),
    Unreached::Begins("burn_backend::quantization::"),
    Unreached::Begins("burn_cubecl::ops::qtensor::"),
    Unreached::Begins("burn_cubecl::kernel::quantization::"),
    Unreached::Begins("cubek_quant::"),
    Unreached::Begins("cubecl_std::quant::view::run_with_quant_type"),
    // Tensors in tiles, which only Burn's own matrix products make.
    Unreached::Begins("cubek_matmul::tiled::storage::untile"),
    // From one type of number to another.
    Unreached::Begins("<burn_std::data::tensor::base::TensorData>::try_cast_"),
    // CubeCL's intermediate language as a text: it is built, never read, and its numbers are not shown.
    Unreached::Holds("as pliron::parsable::Parsable>::"),
    Unreached::Begins("pliron::irfmt::parsers::"),
    Unreached::Holds("as cubecl_ir::apfloat::APFloatType>::parse_value"),
    Unreached::Holds("as cubecl_ir::apfloat::APFloatType>::disp_value"),
    // Constants of other types than `f32`.
    Unreached::Holds("Float16Type as cubecl_ir::apfloat::APFloatType>::value_"),
    Unreached::Holds("Float64Type as cubecl_ir::apfloat::APFloatType>::value_"),
    Unreached::Holds("Float8E5M2Type as cubecl_ir::apfloat::APFloatType>::value_"),
    Unreached::Holds("Float8E4M3Type as cubecl_ir::apfloat::APFloatType>::value_"),
    Unreached::Holds("Float8E8M0Type as cubecl_ir::apfloat::APFloatType>::value_"),
    Unreached::Holds("Float4E2M1Type as cubecl_ir::apfloat::APFloatType>::value_"),
];
