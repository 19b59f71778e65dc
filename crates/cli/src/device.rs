//! Where a run computes: `--device cpu` or `--device gpu`.

use fireside_network::Device;

/// The engine of a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Engine {
    #[default]
    Cpu,
    Gpu,
}

/// The device, and what it calls itself.
pub(crate) struct Opened {
    pub device: Device,
    pub name: String,
}

/// Opens the device of an engine.
pub(crate) fn open(engine: Engine) -> Result<Opened, String> {
    match engine {
        Engine::Cpu => Ok(Opened {
            device: fireside_network::cpu(),
            name: "CPU".into(),
        }),
        #[cfg(feature = "gpu")]
        Engine::Gpu => {
            let opened =
                pollster::block_on(fireside_gpu::open()).map_err(|error| error.to_string())?;
            let kind = if opened.software {
                ", a processor that plays a GPU"
            } else {
                ""
            };
            Ok(Opened {
                device: opened.device,
                name: format!("{}{kind}", opened.adapter),
            })
        }
        #[cfg(not(feature = "gpu"))]
        Engine::Gpu => Err(
            "this program was built without the GPU engine: build it with \
             `cargo build --release -p fireside-cli --features gpu`"
                .into(),
        ),
    }
}

/// Kernels launched so far; zero on the CPU.
pub(crate) fn dispatches() -> u64 {
    #[cfg(feature = "gpu")]
    return fireside_gpu::counts().dispatches;
    #[cfg(not(feature = "gpu"))]
    0
}
