//! Class activation maps: Zhou et al. 2016, "Learning Deep Features for Discriminative Localization", arXiv:1512.04150,
//! equation 2.

use super::head::Head;

/// How strongly each place of the last feature map speaks for a class. `features` is what the head reads; `class` an index
/// into its rows of weights.
///
/// 0 is where the weighted sum of the features is 0 or speaks against the class, 255 where it is largest in this map, and
/// the values between are in proportion; all are 0 where nothing speaks for the class. Maps of different classes do not
/// share a scale, as in the paper.
pub fn map(features: &[f32], head: &Head, class: usize) -> Vec<u8> {
    let weights = head.weights(class);
    let cells = features.len() / head.channels.max(1);
    let sums: Vec<f32> = (0..cells)
        .map(|cell| {
            let at = |channel: usize| match head.channels_first {
                true => channel * cells + cell,
                false => cell * head.channels + channel,
            };
            weights.iter().enumerate().map(|(channel, weight)| weight * features[at(channel)]).sum()
        })
        .collect();
    let largest = sums.iter().copied().fold(0.0_f32, f32::max);
    let scale = if largest > 0.0 { 255.0 / largest } else { 0.0 };
    sums.iter().map(|sum| (sum * scale).round().max(0.0) as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_the_weighted_sum_of_the_features_from_0_to_its_largest() {
        // Two channels in four places; the weights count the first and subtract the second: 4, -1, 1, 0.
        let mut head = Head::new(2, false, vec![1.0, -1.0, 0.0, 0.0]);
        let features = [5.0, 1.0, 0.0, 1.0, 2.0, 1.0, 3.0, 3.0];
        assert_eq!(map(&features, &head, 0), [255, 0, 64, 0]);
        assert_eq!(map(&features, &head, 1), [0; 4], "nothing speaks for the second class");
        head.channels_first = true;
        assert_eq!(map(&[5.0, 0.0, 2.0, 3.0, 1.0, 1.0, 1.0, 3.0], &head, 0), [255, 0, 64, 0]);
    }
}
