// One workgroup adds up the whole batch: score[0] is the mean loss, score[1] how many rows have their
// largest number where the target has it (the first of equal ones). A single output says yes or no.
var<workgroup> losses: array<f32, THREADS>;
var<workgroup> hits: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) local: u32) {
    let rows = params[0].x;
    var loss = 0.0;
    var hit = 0.0;
    for (var row = local; row < rows; row += THREADS) {
        let base = row * CLASSES;
        loss += row_loss(base);
        var best = 0u;
        var wanted = 0u;
        for (var class_ = 1u; class_ < CLASSES; class_++) {
            best = select(best, class_, output[base + class_] > output[base + best]);
            wanted = select(wanted, class_, target_[base + class_] > target_[base + wanted]);
        }
        if (CLASSES == 1u) {
            let yes = select(0.0, 1.0, output[base] > select(0.5, 0.0, LOGITS));
            hit += select(0.0, 1.0, yes == target_[base]);
        } else {
            hit += select(0.0, 1.0, best == wanted);
        }
    }
    losses[local] = loss;
    hits[local] = hit;
    workgroupBarrier();
    if (local == 0u) {
        for (var other = 1u; other < THREADS; other++) {
            loss += losses[other];
            hit += hits[other];
        }
        score[0] = loss / f32(rows);
        score[1] = hit;
    }
}
