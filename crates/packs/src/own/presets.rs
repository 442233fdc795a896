//! How photos are fed to networks of well-known families.

use crate::{Colour, Filter, Resize, Task};

/// How a family of networks is fed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// A short name of its own, for forms and tests.
    pub id: &'static str,
    /// What people call it; names of libraries are the same in all languages.
    pub name: &'static str,
    /// The tasks that it is usual for.
    pub tasks: &'static [Task],
    /// Order of channels.
    pub colour: Colour,
    /// In units of 0..255, by the channel's place.
    pub mean: [f32; 3],
    /// In units of 0..255, by the channel's place.
    pub std: [f32; 3],
    /// How the photo is brought to size.
    pub resize: Resize,
    /// How pixels are weighted.
    pub filter: Filter,
}

/// The presets for a task, those of the network's family first; for grey pictures those that treat all channels alike.
pub fn presets_for(
    task: Task,
    grey: bool,
    family: Option<&str>,
) -> impl Iterator<Item = &'static Preset> + use<> {
    let family = match family {
        Some("YOLOX") => "yolox",
        Some(name) if name.starts_with("YOLO") => "yolo",
        Some(_) => "picodet",
        None => "",
    };
    let fits = move |preset: &&Preset| preset.tasks.contains(&task) && preset.fits(grey);
    let first = PRESETS.iter().filter(fits).filter(move |preset| preset.id == family);
    first.chain(PRESETS.iter().filter(fits).filter(move |preset| preset.id != family))
}

impl Preset {
    fn fits(&self, grey: bool) -> bool {
        let alike = |values: [f32; 3]| values.iter().all(|&value| value == values[0]);
        if grey { alike(self.mean) && alike(self.std) } else { self.colour != Colour::Grey }
    }
}

const PHOTOS: &[Task] = &[Task::Classify, Task::Segment];
const CLASSIFY: &[Task] = &[Task::Classify];
const SEGMENT: &[Task] = &[Task::Segment];
const DETECT: &[Task] = &[Task::Detect];

/// Side of the crop by the shorter side: `Resize(256)`, `CenterCrop(224)`.
const TORCHVISION: Resize = Resize::Crop { share: 0.875 };

const fn preset(id: &'static str, name: &'static str, tasks: &'static [Task], mean: f32, std: f32) -> Preset {
    Preset {
        id,
        name,
        tasks,
        colour: Colour::Rgb,
        mean: [mean; 3],
        std: [std; 3],
        resize: Resize::Squash,
        filter: Filter::Pillow,
    }
}

/// Scaled to fit as OpenCV does, 114 beside the picture.
const fn letterbox(id: &'static str, name: &'static str, std: f32, centred: bool) -> Preset {
    let resize = Resize::Letterbox { fill: 114, centred };
    Preset { std: [std; 3], resize, filter: Filter::Opencv, ..preset(id, name, DETECT, 0.0, 1.0) }
}

/// `transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])`, times 255.
const fn imagenet(
    id: &'static str,
    name: &'static str,
    tasks: &'static [Task],
    resize: Resize,
    filter: Filter,
) -> Preset {
    Preset {
        mean: [123.675, 116.28, 103.53],
        std: [58.395, 57.12, 57.375],
        resize,
        filter,
        ..preset(id, name, tasks, 0.0, 1.0)
    }
}

/// All presets; of those for a task, the likeliest comes first.
pub const PRESETS: &[Preset] = &[
    imagenet("torchvision", "torchvision, timm (ImageNet)", CLASSIFY, TORCHVISION, Filter::Pillow),
    imagenet("torchvision-segment", "torchvision (ImageNet)", SEGMENT, Resize::Squash, Filter::Pillow),
    // IMAGENET_INCEPTION_MEAN and _STD are 0.5; crop_pct is 0.9 for most of those networks.
    Preset {
        resize: Resize::Crop { share: 0.9 },
        ..preset("timm-half", "timm (0.5, 0.5)", CLASSIFY, 127.5, 127.5)
    },
    // keras.applications.imagenet_utils.preprocess_input, mode "tf".
    preset("keras", "Keras, TFLite (-1..1)", PHOTOS, 127.5, 127.5),
    // Mode "caffe": BGR less the mean colour.
    Preset {
        colour: Colour::Bgr,
        mean: [103.939, 116.779, 123.68],
        ..preset("keras-caffe", "Keras, Caffe (BGR, mean)", PHOTOS, 0.0, 1.0)
    },
    // torchvision's examples: Normalize((0.1307,), (0.3081,)).
    Preset {
        colour: Colour::Grey,
        std: [78.5655; 3],
        ..preset("mnist", "MNIST (0.1307, 0.3081)", CLASSIFY, 33.3285, 1.0)
    },
    preset("unit", "TFLite, Keras (0..1)", PHOTOS, 0.0, 255.0),
    preset("bytes", "TFLite (0..255)", PHOTOS, 0.0, 1.0),
    imagenet("paddle", "PaddleClas (ImageNet)", CLASSIFY, TORCHVISION, Filter::Opencv),
    Preset {
        filter: Filter::Opencv,
        ..preset("paddle-segment", "PaddleSeg (0.5, 0.5)", SEGMENT, 127.5, 127.5)
    },
    // YOLOX's own preproc: BGR as OpenCV reads it, 114 beside the picture, no normalisation.
    Preset { colour: Colour::Bgr, ..letterbox("yolox", "YOLOX (BGR, 0..255)", 1.0, false) },
    // Ultralytics' LetterBox: the picture in the middle; divided by 255.
    letterbox("yolo", "YOLOv5, v7, v8, v11 (0..1)", 255.0, true),
    // PaddleDetection's PicoDet: NormalizeImage with ImageNet's mean, Resize without keep_ratio.
    imagenet("picodet", "PaddleDetection, PicoDet", DETECT, Resize::Squash, Filter::Opencv),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: &str) -> &'static Preset {
        PRESETS.iter().find(|preset| preset.id == id).unwrap()
    }

    /// A pixel value -> what the network reads in a channel.
    fn fed(preset: &Preset, channel: usize, pixel: f32) -> f32 {
        (pixel - preset.mean[channel]) / preset.std[channel]
    }

    #[test]
    fn torchvision_feeds_what_to_tensor_and_normalize_give() {
        // (1 - 0.485) / 0.229 and (0 - 0.406) / 0.225.
        assert!((fed(of("torchvision"), 0, 255.0) - 2.248_908).abs() < 1e-5);
        assert!((fed(of("torchvision"), 2, 0.0) + 1.804_444).abs() < 1e-5);
        assert_eq!(of("torchvision").resize, Resize::Crop { share: 224.0 / 256.0 });
    }

    #[test]
    fn ranges_are_those_of_their_names() {
        let range = |id: &str| [fed(of(id), 1, 0.0), fed(of(id), 1, 255.0)];
        assert_eq!(range("keras"), [-1.0, 1.0]);
        assert_eq!(range("timm-half"), [-1.0, 1.0]);
        assert_eq!(range("unit"), [0.0, 1.0]);
        assert_eq!(range("bytes"), [0.0, 255.0]);
    }

    #[test]
    fn caffe_reads_blue_first() {
        // keras.applications: mean = [103.939, 116.779, 123.68] is of blue, green, red.
        assert_eq!((of("keras-caffe").colour, of("keras-caffe").mean[0]), (Colour::Bgr, 103.939));
    }

    #[test]
    fn a_familys_own_preset_comes_first_and_none_is_lost() {
        let ids = |family| presets_for(Task::Detect, false, family).map(|it| it.id).collect::<Vec<_>>();
        assert_eq!(ids(Some("YOLOX")), ["yolox", "yolo", "picodet"]);
        assert_eq!(ids(Some("YOLOv5, v7")), ["yolo", "yolox", "picodet"]);
        assert_eq!(ids(Some("PicoDet, NanoDet")), ["picodet", "yolox", "yolo"]);
    }

    #[test]
    fn grey_pictures_have_presets_without_colour_and_only_they_have_mnists() {
        let grey: Vec<_> = presets_for(Task::Classify, true, None).collect();
        assert!(grey.iter().any(|it| it.id == "mnist") && grey.iter().all(|it| it.mean[0] == it.mean[2]));
        assert!(presets_for(Task::Classify, false, None).all(|it| it.id != "mnist"));
        // (255 / 255 - 0.1307) / 0.3081.
        assert!((fed(of("mnist"), 0, 255.0) - 2.821_486).abs() < 1e-4);
    }

    #[test]
    fn every_task_of_photos_has_presets_and_ids_are_their_own() {
        for task in [Task::Classify, Task::Segment, Task::Detect] {
            assert!(PRESETS.iter().any(|preset| preset.tasks.contains(&task)));
        }
        for preset in PRESETS {
            assert_eq!(PRESETS.iter().filter(|other| other.id == preset.id).count(), 1);
        }
    }
}
