//! The engine's device, one per worker, and what it computes beside runs.

use crate::failure::Failure;
use crate::wire::to_js;
use fireside_datasets::{names, official_shape};
use fireside_network::Device;
use fireside_spec::card;
use fireside_spec::random::{Purpose, Stream};
use js_sys::{Array, Float32Array, Function, Object, Reflect};
use serde::Serialize;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// Rows that a probe takes at most: every number of it goes to the page.
const MAX_PROBE: usize = 64;

thread_local! {
    static OPENED: RefCell<Option<Opened>> = const { RefCell::new(None) };
}

#[derive(Clone)]
struct Opened {
    device: Device,
    #[cfg(feature = "gpu")]
    lost: fireside_gpu::Lost,
}

/// Names the engine of this build for the page: `cpu` or `gpu`.
#[wasm_bindgen]
pub fn engine() -> String {
    if cfg!(feature = "gpu") { "gpu" } else { "cpu" }.into()
}

/// Makes the device; call it once, before anything is computed. `on_lost` hears the reason if the device
/// goes away later.
///
/// # Errors
/// `gpu_start`, `gpu_missing`, `gpu_limit`.
#[wasm_bindgen]
pub async fn open(on_lost: Function) -> Result<(), JsValue> {
    #[cfg(feature = "gpu")]
    {
        let opened = fireside_gpu::open().await.map_err(Failure::from)?;
        let lost = opened.lost.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let reason = lost.wait().await;
            // What the page does with it is its own affair.
            let _ = on_lost.call1(&JsValue::NULL, &reason.into());
        });
        OPENED.set(Some(Opened {
            device: opened.device,
            lost: opened.lost,
        }));
    }
    #[cfg(not(feature = "gpu"))]
    {
        let _ = on_lost;
        OPENED.set(Some(Opened {
            device: fireside_network::cpu(),
        }));
    }
    Ok(())
}

/// The device, after [`open`].
pub(crate) fn device() -> Result<Device, Failure> {
    OPENED
        .with_borrow(|opened| opened.as_ref().map(|opened| opened.device.clone()))
        .ok_or_else(|| Failure::new("internal", &[("reason", &"open() was not called")]))
}

/// The answer of the device, unless something is wrong with it: a kernel that the browser refused would leave
/// old numbers behind, and they would be believed.
pub(crate) async fn sound<T>(answer: Result<T, impl Into<Failure>>) -> Result<T, Failure> {
    #[cfg(feature = "gpu")]
    if let Some(failure) = trouble(answer.is_err()).await {
        return Err(failure);
    }
    answer.map_err(Into::into)
}

/// What is wrong with the device, if anything is.
#[cfg(feature = "gpu")]
async fn trouble(failed: bool) -> Option<Failure> {
    let lost = OPENED.with_borrow(|opened| opened.as_ref().map(|o| o.lost.clone()))?;
    let error = lost.error();
    if !failed && error.is_none() && lost.reason().is_none() {
        return None;
    }
    // When a device goes away, its last errors may be heard before the news itself.
    for _ in 0..20 {
        if let Some(reason) = lost.reason() {
            return Some(Failure::new("device_lost", &[("reason", &reason)]));
        }
        pause(25).await;
    }
    error.map(|reason| Failure::new("device_failed", &[("reason", &reason)]))
}

/// Waits for so many milliseconds; not at all where there is no clock.
#[cfg(feature = "gpu")]
async fn pause(milliseconds: i32) {
    use js_sys::{Promise, global};
    use wasm_bindgen::JsCast;
    let promise = Promise::new(&mut |resolve, _| {
        let timer = Reflect::get(&global(), &"setTimeout".into());
        let set = timer
            .ok()
            .and_then(|timer| timer.dyn_into::<Function>().ok());
        let begun = set.map(|set| set.call2(&global(), &resolve, &milliseconds.into()));
        if !matches!(begun, Some(Ok(_))) {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// The row order of an epoch, for comparisons with other programs.
#[wasm_bindgen]
pub fn order(seed: u32, epoch: u32, rows: usize) -> Vec<u32> {
    Stream::new(seed, Purpose::Order, epoch, 0).permutation(rows)
}

/// Kernels launched and pipelines made so far; zero on the CPU.
#[derive(Serialize)]
struct Counts {
    dispatches: f64,
    pipelines: f64,
}

/// What the device was given to do: `{ dispatches, pipelines }`.
pub(crate) fn counts() -> Result<JsValue, Failure> {
    #[cfg(feature = "gpu")]
    let counts = {
        let counts = fireside_gpu::counts();
        Counts {
            dispatches: counts.dispatches as f64,
            pipelines: counts.pipelines as f64,
        }
    };
    #[cfg(not(feature = "gpu"))]
    let counts = Counts {
        dispatches: 0.0,
        pipelines: 0.0,
    };
    to_js(&counts)
}

/// Every layer of the text's network on its own, forward and backward, on numbers that the seed gives:
/// `ProbeLayer[]`.
///
/// # Errors
/// The first problem of the text; when the device fails.
#[wasm_bindgen]
pub async fn probe(text: String, rows: usize) -> Result<JsValue, JsValue> {
    let checked = card::read(&text, official_shape, &names()).map_err(|problems| {
        let first = problems.into_iter().next();
        first.map_or_else(|| Failure::new("internal", &[]), Failure::from)
    })?;
    let rows = rows.clamp(1, MAX_PROBE);
    let layers = sound(fireside_training::probe(&checked, rows, &device()?).await).await?;
    let numbers = |values: &[f32]| JsValue::from(Float32Array::from(values));
    let list = Array::new();
    for layer in layers {
        let gradients = Array::new();
        for (name, values) in &layer.weight_gradients {
            gradients.push(&object(&[
                ("name", name.as_str().into()),
                ("values", numbers(values)),
            ])?);
        }
        list.push(&object(&[
            ("name", layer.name.as_str().into()),
            ("kind", layer.kind.as_str().into()),
            ("forward", numbers(&layer.forward)),
            ("input_gradient", numbers(&layer.input_gradient)),
            ("weight_gradients", gradients.into()),
        ])?);
    }
    Ok(list.into())
}

/// A plain object.
pub(crate) fn object(fields: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object.into())
}
