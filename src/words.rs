//! Sentences for things that have a kind: faults, reasons, stages, notices.

use crate::bridge::{Progress, Reason, Rescue};
use crate::language::{self, Locale};
use crate::numbers;
use crate::studio::{Notice, Phase, PhotoResult, ShownPack};
use crate::text;
use vitrine_protocol::{Answer, Device, Fault, FaultCode, Stage};

/// What a person reads about a fault.
pub struct FaultWords {
    /// What happened, in a few words.
    pub title: String,
    /// Why.
    pub cause: String,
    /// What to do.
    pub remedy: String,
}

/// The words for a kind of fault.
pub fn fault(locale: Locale, code: FaultCode) -> FaultWords {
    macro_rules! words {
        ($kind:ident) => {
            FaultWords {
                title: text!(locale, error.$kind.title),
                cause: text!(locale, error.$kind.cause),
                remedy: text!(locale, error.$kind.remedy),
            }
        };
    }
    match code {
        FaultCode::FileEmpty => words!(file_empty),
        FaultCode::FileTooLarge => words!(file_too_large),
        FaultCode::FormatUnknown => words!(format_unknown),
        FaultCode::FormatUnsupported => words!(format_unsupported),
        FaultCode::ImageCorrupt => words!(image_corrupt),
        FaultCode::ImageTooLarge => words!(image_too_large),
        FaultCode::PackMissing => words!(pack_missing),
        FaultCode::PackTampered => words!(pack_tampered),
        FaultCode::PackInvalid => words!(pack_invalid),
        FaultCode::GpuMissing => words!(gpu_missing),
        FaultCode::GpuLost => words!(gpu_lost),
        FaultCode::SelfTestFailed => words!(self_test_failed),
        FaultCode::WorkerCrashed => words!(worker_crashed),
        FaultCode::PartMissing => words!(part_missing),
        FaultCode::Cancelled => words!(cancelled),
    }
}

/// What a photo shows, in a few words: a number of categories, or the best class.
pub fn found(locale: Locale, result: &PhotoResult) -> String {
    match &result.answer {
        Answer::Segment(areas) if areas.categories.len() == 1 => text!(locale, status.category),
        Answer::Segment(areas) => text!(locale, status.categories, count = areas.categories.len()),
        Answer::Classify(classes) => classes.ranked.first().map_or_else(String::new, |best| {
            let name = class(locale, &result.pack, best.class);
            format!("{name} ({})", numbers::percent(locale, best.confidence))
        }),
        Answer::Detect(found) => match found.objects.len() {
            0 => text!(locale, status.no_object),
            1 => text!(locale, status.object),
            count => text!(locale, status.objects, count = count),
        },
        Answer::Act(_) => String::new(),
    }
}

/// The name of a pack's class.
pub fn class(locale: Locale, pack: &ShownPack, class: u32) -> String {
    let class = pack.classes.get(class as usize);
    class.map(|class| class.name.in_language(language::tag(locale)).to_owned()).unwrap_or_default()
}

/// The name of a pack's group.
pub fn group(locale: Locale, pack: &ShownPack, id: u8) -> String {
    let group = pack.group(id);
    group.map(|group| group.name.in_language(language::tag(locale)).to_owned()).unwrap_or_default()
}

/// A device's short name.
pub fn device(device: Device) -> &'static str {
    match device {
        Device::Cpu => "CPU",
        Device::Webgpu => "WebGPU",
    }
}

/// The device that computes, and why.
pub fn reason(locale: Locale, reason: &Reason) -> String {
    match reason {
        Reason::Deciding => text!(locale, device.deciding),
        Reason::WebgpuOpening => text!(locale, device.webgpu_opening),
        Reason::Webgpu { adapter, software: false } => text!(locale, device.on_webgpu, adapter = adapter),
        Reason::Webgpu { adapter, software: true } => {
            text!(locale, device.on_webgpu_software, adapter = adapter)
        }
        Reason::CpuMeanwhile => text!(locale, device.cpu_meanwhile),
        Reason::CpuNoWebgpu => text!(locale, device.cpu_no_webgpu),
        Reason::CpuNoAdapter => text!(locale, device.cpu_no_adapter),
        Reason::CpuSoftware => text!(locale, device.cpu_software),
        Reason::CpuChoice => text!(locale, device.cpu_choice),
        Reason::CpuNoGpuPart => text!(locale, device.cpu_no_gpu_part),
        Reason::CpuFaster { adapter, cpu_millis, gpu_millis } => {
            let [cpu, gpu] = [cpu_millis, gpu_millis].map(|&millis| numbers::duration(locale, millis.into()));
            text!(locale, device.cpu_faster, cpu = cpu, gpu = gpu, adapter = adapter)
        }
        Reason::CpuFailed(Fault { code, .. }) => {
            text!(locale, device.cpu_failed, cause = fault(locale, *code).title)
        }
    }
}

/// What a worker does, with figures where there are any.
pub fn progress(locale: Locale, progress: Progress) -> String {
    let stage = match progress.stage {
        Stage::Download => text!(locale, stage.download),
        Stage::Prepare => text!(locale, stage.prepare),
        Stage::WarmUp => text!(locale, stage.warm_up),
        Stage::Run => text!(locale, stage.run),
    };
    match (progress.stage, progress.total) {
        (Stage::Download, Some(total)) => {
            let (done, total) = (numbers::bytes(locale, progress.done), numbers::bytes(locale, total));
            format!("{stage}, {}", text!(locale, stage.bytes, done = done, total = total))
        }
        (Stage::Run, Some(total)) if total > 1 => {
            format!("{stage}, {}", text!(locale, stage.tiles, done = progress.done, total = total))
        }
        _ => stage,
    }
}

/// A photo's state in the strip.
pub fn phase(locale: Locale, phase: &Phase) -> String {
    match phase {
        Phase::Waiting => text!(locale, strip.waiting),
        Phase::Reading => text!(locale, strip.reading),
        Phase::Running => text!(locale, strip.running),
        Phase::Done => text!(locale, strip.done),
        Phase::Failed(_) => text!(locale, strip.failed),
    }
}

/// The sentence of the status line.
pub fn notice(locale: Locale, notice: &Notice) -> String {
    match notice {
        Notice::Starting => text!(locale, status.starting),
        Notice::NoPack => text!(locale, status.no_pack),
        Notice::Loading(on) => text!(locale, status.loading, device = device(*on)),
        Notice::Ready => text!(locale, status.ready),
        Notice::Watched(name) => text!(locale, status.watched, name = name),
        Notice::PackFailed => text!(locale, status.pack_failed),
        Notice::Reading(name) => text!(locale, status.reading, name = name),
        Notice::WaitingForModel(name) => text!(locale, status.waiting_model, name = name),
        Notice::Running(name, on) => text!(locale, status.running, name = name, device = device(*on)),
        Notice::Failed(name) => text!(locale, status.failed, name = name),
        Notice::Rebuilding(name) => text!(locale, status.rebuilding, name = name),
        Notice::Moved(name) => text!(locale, status.moved, name = name),
        Notice::AllRunning => text!(locale, status.all_running),
        Notice::AllDone(count) => text!(locale, status.all_done, count = count),
        Notice::Saving(name) => text!(locale, status.saving, name = name),
        Notice::Saved(name) => text!(locale, status.saved, name = name),
        Notice::Done { name, result, rescued } => {
            let time = numbers::duration(locale, result.timings.total_millis);
            let on = device(result.device);
            let found = self::found(locale, result);
            let done = text!(locale, status.done, name = name, found = found, time = time, device = on);
            match rescued {
                None => done,
                Some(Rescue::Rebuild) => text!(locale, status.done_rebuilt, done = done),
                Some(Rescue::Move) => text!(locale, status.done_moved, done = done),
            }
        }
    }
}
