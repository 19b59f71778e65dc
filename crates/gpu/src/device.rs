//! Opening the device: what it must be able to do, and hearing when it goes away.

use burn::backend::wgpu::wgpu;
use burn::tensor::Device;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// Why there is no device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No adapter, or it gave no device.
    Adapter { reason: String },
    /// A feature that the engine cannot do without.
    Feature { name: &'static str },
    /// A limit that is too low for our kernels.
    Limit {
        name: &'static str,
        needed: u32,
        found: u32,
    },
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Adapter { reason } => write!(f, "no GPU could be opened: {reason}"),
            Self::Feature { name } => write!(f, "the GPU lacks the feature {name}"),
            Self::Limit {
                name,
                needed,
                found,
            } => write!(f, "the GPU's limit {name} is {found}, {needed} is needed"),
        }
    }
}

impl std::error::Error for Missing {}

/// A device, ready for tensors.
#[derive(Clone, Debug)]
pub struct Opened {
    pub device: Device,
    /// What the adapter calls itself.
    pub adapter: String,
    /// The adapter is a processor that plays a GPU.
    pub software: bool,
    pub lost: Lost,
}

#[derive(Debug, Default)]
struct Fate {
    lost: Option<String>,
    wakers: Vec<Waker>,
    /// The first error that nobody asked about: a kernel that the browser refused, for example. Results after
    /// it can't be trusted.
    error: Option<String>,
}

/// Hears when the device goes away, and of errors that belong to no call.
#[derive(Clone, Debug, Default)]
pub struct Lost(Arc<Mutex<Fate>>);

impl Lost {
    fn fate(&self) -> MutexGuard<'_, Fate> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the device is gone, if it is.
    pub fn reason(&self) -> Option<String> {
        self.fate().lost.clone()
    }

    /// The first error that the device reported without being asked.
    pub fn error(&self) -> Option<String> {
        self.fate().error.clone()
    }

    /// Waits until the device is gone, and says why.
    pub async fn wait(&self) -> String {
        poll_fn(|context| {
            let mut fate = self.fate();
            match &fate.lost {
                Some(reason) => Poll::Ready(reason.clone()),
                None => {
                    fate.wakers.push(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    fn lose(&self, reason: String) {
        let mut fate = self.fate();
        fate.lost.get_or_insert(reason);
        let wakers = std::mem::take(&mut fate.wakers);
        drop(fate);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn watch(&self, device: &wgpu::Device) {
        let fate = self.clone();
        device.set_device_lost_callback(move |kind, message| {
            fate.lose(format!("{kind:?}: {message}"));
        });
        let fate = self.clone();
        device.on_uncaptured_error(Arc::new(move |error| {
            fate.fate().error.get_or_insert_with(|| error.to_string());
        }));
    }
}

/// Opens the device once; it is there as long as the program.
///
/// # Errors
/// [`Missing`], before anything was computed.
pub async fn open() -> Result<Opened, Missing> {
    let (device, setup) = Device::wgpu_options()
        .init_with_setup_async()
        .await
        .map_err(|error| Missing::Adapter {
            reason: error.to_string(),
        })?;
    // CubeCL cannot do without it in a browser: its clock there would have to block.
    if !setup
        .adapter
        .features()
        .contains(wgpu::Features::TIMESTAMP_QUERY)
        && cfg!(target_family = "wasm")
    {
        return Err(Missing::Feature {
            name: "timestamp-query",
        });
    }
    let limits = setup.device.limits();
    let needed = [
        (
            "maxStorageBuffersPerShaderStage",
            limits.max_storage_buffers_per_shader_stage,
            8,
        ),
        (
            "maxComputeInvocationsPerWorkgroup",
            limits.max_compute_invocations_per_workgroup,
            256,
        ),
        (
            "maxComputeWorkgroupSizeX",
            limits.max_compute_workgroup_size_x,
            256,
        ),
        (
            "maxComputeWorkgroupStorageSize",
            limits.max_compute_workgroup_storage_size,
            16_384,
        ),
    ];
    for (name, found, needed) in needed {
        if found < needed {
            return Err(Missing::Limit {
                name,
                needed,
                found,
            });
        }
    }
    let info = setup.adapter.get_info();
    let lost = Lost::default();
    lost.watch(&setup.device);
    Ok(Opened {
        device,
        adapter: format!("{} ({:?})", info.name, info.backend),
        software: info.device_type == wgpu::DeviceType::Cpu,
        lost,
    })
}
