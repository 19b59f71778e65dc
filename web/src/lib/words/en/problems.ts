/** What happened, and what to do next, for every code that Rust or the page can report. `{name}` are its arguments. */
export const problems = {
	// The experiment text.
	toml_syntax: 'This line cannot be read: {message}. Check quotes, brackets and the equals sign.',
	unknown_field: 'There is no field “{field}” here. Known here: {known}.',
	unknown_field_suggestion: 'There is no field “{field}” here. Did you mean “{suggestion}”?',
	missing_field: 'The field “{field}” is missing. Add it.',
	wrong_type: 'Expected {expected}, found {found}. Write it as {expected}.',
	unknown_value: '“{value}” is not known here. Choose one of: {known}.',
	unknown_layer: 'There is no layer “{value}”. Choose one of: {known}.',
	unknown_dataset: 'There is no data set “{value}” here. Name another one.',
	unknown_dataset_known: 'There is no data set “{value}”. Choose one of: {known}.',
	out_of_range: '{value} is out of range. Choose a value from {min} to {max}.',
	duplicate: '“{field}” is there twice. Delete one.',
	needs_flat: '{layer} wants one row of numbers but gets {shape}. Put a Flatten layer before it.',
	needs_picture: '{layer} wants a picture but gets {shape}. Put it before the Flatten layer.',
	needs_sequence:
		'{layer} wants a sequence (steps, features) but gets {shape}. Put it behind an Embedding, or before the Flatten layer.',
	not_ids: 'Embedding wants token ids but gets measured or computed numbers. Put it at an input of tokens.',
	needs_ids: 'Embedding wants one row of token ids but gets {shape}. Make it the first layer.',
	needs_steps:
		'TimeDistributed needs steps or frames, around a layer whose result can be a step; here it gets {shape}. Put it where the data still has steps.',
	cannot_wrap: 'A {value} cannot stand inside this layer. Put another one there.',
	groups_do_not_divide:
		'{groups} groups do not divide {channels} channels and {filters} filters. Choose a number that divides both.',
	reshape_mismatch: 'The {found} numbers of {shape} do not fill {wanted}. Choose axes with that product.',
	permute_mismatch: 'dims must name each of the axes 1 to {axes} once. Write them in their new order.',
	merge_mismatch: '{layer} cannot join {shapes}. Give its inputs the same shape.',
	wrong_inputs: '{layer} takes {min} to {max} inputs, here are {found}. Name them in “inputs”.',
	unknown_input: 'There is no earlier layer or input “{value}”. Choose one of: {known}.',
	bad_name: '“{value}” cannot be a name. Use up to 64 letters, digits and _.',
	duplicate_name: 'There are two layers “{value}”. Rename one of them.',
	unused_layer: 'Nothing reads what {value} gives. Name it in the “inputs” of a later layer, or delete it.',
	axis_beyond_rank: 'There is no axis {axis}: the {tensor} has the axes 0 to {max}. Choose one of these.',
	too_few_positions:
		'A table of {found} rows is too small for {wanted} steps. Set sequence_length = {wanted}.',
	vocabulary_too_large:
		'A table of {found} rows has no room for token ids below {wanted}. Set input_dim = {wanted}.',
	window_too_large:
		'A window of {window} does not fit into {shape}. Take a smaller window or one pooling layer less.',
	wrong_output:
		'The last layer gives {found}, but {dataset} has {classes} classes. End with Dense, units = {classes}.',
	wrong_output_values:
		'The last layer gives {found}, but {dataset} wants {classes} numbers. End with Dense, units = {classes}.',
	loss_width:
		'{loss} needs {wanted} outputs, the last layer gives {found}. End with Dense, units = {wanted}.',
	loss_needs_classes: '{loss} needs classes to predict, here are numbers. Choose mean_squared_error.',
	loss_takes_logits:
		'{loss} with from_logits does the work of the {activation} itself. Take out from_logits or the {activation}.',
	metric_needs_classes:
		'{metric} needs classes to predict and an output for each. Leave it out, or end with one unit per class.',
	metric_two_classes: '{metric} is for two classes, here are {found}. Set average = "macro".',
	metric_too_large: '{metric} would have to keep {found} numbers, at most {max} are kept. Leave it out.',
	wrong_length: '{field} has {found} numbers, {wanted} are needed.',
	unknown_column: '{dataset} has no column “{value}”. Choose one of: {known}.',
	whitening_too_large:
		'Whitening pictures of {found} numbers takes too much memory; at most {max} can be whitened. Delete zca_whitening, or take smaller pictures.',
	weights_twice:
		'Rows are weighted by a column already, and Keras 3 takes only one of the two. Delete class_weight or sample_weight.',
	groups_stratified: 'Groups stay together, or classes keep their proportion. Delete stratified or by_group.',
	no_layers: 'There is no layer yet. Add [[layers]] with a type.',
	too_many_parameters: '{found} parameters are too many (at most {max}). Take fewer units or pool more.',
	too_much_memory: 'One batch would need {found} MB, at most {max} MB are used. Take a smaller batch.',
	too_large: 'This is too large: {found} bytes, at most {max} are read. Shorten it.',
	not_supported: '{what}: not possible here yet. Choose something else.',
	no_such_place: 'The text has no {path} any more. Set it in the text, or go back to the printed one.',

	// Data.
	empty_file: '{file} is empty. Fetch it again.',
	foreign_file: '{file} looks like {kind}. Choose the official files.',
	gz_truncated: '{file} breaks off in the middle. Fetch it again.',
	gz_corrupt: '{file} is damaged. Fetch it again.',
	gz_bomb: '{file} unpacks to far more than it should and was refused. Fetch it from the official place.',
	idx_magic: '{file} is not an idx file (it begins with {found}). Choose the official files.',
	idx_truncated: '{file} is cut short: {found} bytes of {expected}. Fetch it again.',
	idx_too_long: '{file} is longer than it says: {found} bytes instead of {expected}. Fetch it again.',
	idx_too_large: '{file} promises {dims} values, more than can be right. Choose the official files.',
	idx_shape: '{file} has the shape {found}, expected {expected}. Choose the files of this data set.',
	missing_parts: 'Some files are missing: {missing}. Choose all of them at once.',
	duplicate_part: '{file} and {other} hold the same part. Leave one of them out.',
	length_mismatch:
		'Pictures and labels do not match ({found} instead of {expected}). Choose files that belong together.',
	label_out_of_range:
		'{file}: row {row} has the label {label}, but there are only {classes} classes. Choose the official files.',
	token_out_of_range:
		'{file}: row {row} has the token {token}, but only {vocabulary} are known. Choose the official files.',
	row_out_of_range: 'There is no row {row}, the data has {rows}. Choose a smaller one.',
	bad_weight: 'Row {row} has the weight {found}; a weight is a number, not below zero. Name another column.',
	text_encoding: '{file}, line {line}: this is not text in UTF-8. Choose the official files.',
	line_too_long: '{file}, line {line} has {found} bytes, far too many. Choose the official files.',
	bad_quote: '{file}, line {line}, column {column}: a quote is not closed. Choose the official files.',
	column_count: '{file}, line {line}: {found} columns instead of {expected}. Choose the official files.',
	wrong_header:
		'{file}, line {line}: column {column} is called “{found}” instead of “{expected}”. Choose the official files.',
	not_a_number: '{file}, line {line}, column {column}: “{found}” is not a number. Correct the file.',
	unknown_category:
		'{file}, line {line}, column {column}: “{found}” is none of {expected}. Correct the file.',
	wrong_form:
		'{file} is not as it should be: {expected} was expected at byte {offset}. Choose the official files.',
	own_foreign: '{file} looks like {kind}, not like a text. Save it as plain text (.txt or .csv) first.',
	own_binary:
		'{file} is no text that can be read: most of its bytes are none in UTF-8, UTF-16 or GB18030. Save it as plain text first.',
	own_empty: '{file} is empty. Choose another file.',
	own_too_large: '{file} has {found} bytes as UTF-8; at most {most} are read. Choose a smaller part.',
	own_too_short:
		'{file} has only {found} tokens to learn from; at least {least} are needed. Choose a longer text.',
	own_columns:
		'{file} is no table of texts and labels: most of its rows have {found} column. Put a comma, a semicolon or a tab between text and label.',
	own_classes:
		'The labels of {file} give {found} classes; {least} to {most} can be told apart. Is that the column of labels?',
	own_rows: '{file} has only {found} rows that can be used; at least {least} are needed.',
	row_count: '{file} has {rows} rows, but {least} to {most} are wanted. Choose the official files.',
	option_out_of_range:
		'{what} is {value}, but with this data it can be {least} to {most}. Choose such a value.',
	pack_manifest:
		'The data pack of this site cannot be used ({field}). Tell whoever runs the site to make it again.',
	pack_unknown_file: '{file} does not belong to the data pack. Reload the page.',
	pack_length: '{file} arrived with {found} bytes instead of {expected}. Try again.',
	pack_checksum:
		'{file} arrived changed: its checksum is wrong. Try again; if it stays so, the pack must be made again.',
	pack_incomplete: 'The data is not complete yet; missing: {missing}. Try again.',

	// Files of other programs: weights and architectures.
	foreign_unreadable:
		'This {format} file cannot be read: {reason}. Write it again with the program it came from.',
	foreign_unsupported:
		'This {format} file holds something that is not possible here: {what}. Change that in the program it came from.',
	foreign_too_large: 'This {format} file was refused: more than {limit} {what}. Choose a smaller one.',
	foreign_wrong_version:
		'This file is of {format} {found}; what can be read is {known}. Save it again with one of these.',
	foreign_damaged_tensor: 'The tensor {name} is damaged: {reason}. Write the file again.',
	foreign_wrong_type: 'The tensor {name} holds {found}, not numbers for weights. Save it as float32.',
	foreign_missing_tensor: 'The file lacks the tensor {name}. Choose a file of this very network.',
	foreign_wrong_shape:
		'The tensor {name} has the shape {found}, but {expected} is needed. Choose a file of this very network.',
	foreign_not_finite:
		'Value {at} of the tensor {name} is not a finite number: that network had diverged. Choose an earlier file.',
	foreign_extra_tensor:
		'The file has a tensor {name} that this network has no place for. Choose a file of this very network.',
	foreign_twice_tensor: 'The file has two tensors {name}. Write it again with one of each name.',
	foreign_inexpressible: '{form} has no words for {what} (layer {layer}). Choose another form to export.',
	foreign_network:
		'The layers of this file do not fit together: {problem}. Correct the network where it was made.',

	// The engine and the page.
	worker_died:
		'The engine stopped unexpectedly. Nothing else is harmed: try again, it goes on from the last saved point.',
	reader_died:
		'Reading these files took more memory than the browser gives. Close other tabs and drop them again, or take a smaller archive.',
	parcel: 'The data that was read could not be handed over. Reload the page and try again.',
	engine_load: 'The engine could not be loaded. Check the connection and try again.',
	network: 'The connection broke off. Check it and try again.',
	out_of_memory:
		'This device has not enough memory for the run. Take a smaller batch or fewer filters, or close other tabs.',
	checkpoint_corrupt: 'The saved run was damaged and has been removed. Train afresh.',
	model_corrupt: 'This model file cannot be read. Reload the page, or train your own.',
	diverged:
		'In epoch {epoch}, step {step}, {reason}: the steps were too large, each one overshot and left the next more to undo. The run is back where it was saved last, after step {back} of the run, and can go on from there.',
	diverged_at_once:
		'In epoch {epoch}, step {step}, {reason}: the steps were too large, each one overshot and left the next more to undo. Nothing was saved yet, so the run is back at its beginning.',
	diverged_before: 'The steps were too large. The run is back at its last good state.',
	data_mismatch:
		'The data does not fit the experiment: {expected} needed, {found} found. Use the data of this experiment.',
	data_not_ready: 'The data is not complete yet. Wait a moment and try again.',
	device_failed: 'The device stopped calculating. Train again; if it stays so, reload the page.',
	model_missing_tensor: 'The model file lacks the weights {name}. Choose a model made by this page.',
	model_wrong_tensor:
		'The weights {name} do not fit: {expected} needed, {found} found. Choose another model.',
	model_missing_metadata:
		'The model file does not say what it is ({name} is missing). Choose a model made by this page.',
	prompt_unknown: 'No token of “{prompt}” is known to this model. Begin with words of its text.',
	no_vocabulary: 'The data set {name} has no words or letters to write with. Take a text.',
	nothing_to_compute: 'There is no calculation here that works out: the window must fit into the input.',
	split_impossible: 'The rows can’t be split as wanted: {reason}. Take fewer folds or a smaller part.',
	model_needs_rows:
		'This model standardizes pictures by numbers of its training pictures, which a model file does not hold. Choose another one.',
	model_input: 'This model takes {input}, which is not what is shown to it here. Choose another one.',
	picture_size: 'The picture has {found} values instead of {expected}. Show it again.',
	no_such_layer: 'There is no layer {layer} (counted from 0): the network has {layers}. Choose one of them.',
	no_such_unit: 'There is no unit {unit} (counted from 0): the layer has {units}. Choose one of them.',
	no_such_class:
		'There is no class {class} (counted from 0): the network tells {classes} apart. Choose one of them.',
	no_filters: 'The layer {layer} has no filters that slide over pictures. Choose a Conv2D layer.',
	no_maps: 'The layer {layer} gives numbers, not maps. Choose a layer before Flatten.',
	ids_length:
		'{found} token numbers are no rows of {steps}, which this network reads. That is a mistake of this page: please load it again.',
	id_out_of_range:
		'The token number {id} is none of the {vocabulary} that this network knows. That is a mistake of this page: please load it again.',
	no_embedding: 'This network has no Embedding, so no word of a text can be followed through it.',
	no_convolution:
		'This network has no convolution, and Grad-CAM looks at one. Look at the saliency map, or train a network with Conv2D.',
	needs_picture_rows: 'This network does not look at pictures. Choose an experiment with pictures.',
	no_numbers:
		'The network’s numbers have left every range (it diverged), so there is nothing to see. Train again with a smaller learning rate.',
	words_model:
		'The network came in a form that cannot be looked into ({reason}). Train it anew, or look again.',
	words_layer: 'This view does not know the layer {layer}. Other views of this network work.',
	words_no_embedding:
		'This network does not begin with an Embedding, so there are no word vectors to look at.',
	embedding_too_large:
		'That would be {numbers} numbers, at most {limit} are laid out. Take fewer rows, or a layer further back.',
	engine_missing: 'This site has no engine on board. Tell whoever runs it to build it again.',
	engine_unreachable: 'The engine could not be fetched. Check the connection and try again.',
	engine_damaged: 'The engine arrived damaged. Reload the page and try again.',
	engine_no_simd:
		'This browser cannot run the engine (no WebAssembly SIMD). Use a current Firefox, Chrome, Edge or Safari.',
	gpu_missing: 'This GPU lacks “{feature}”. Choose the CPU.',
	gpu_limit: 'This GPU is too small for the engine ({name}: {found}, needed {needed}). Choose the CPU.',
	gpu_start: 'The GPU engine could not start. Choose the CPU, or reload the page to try again.',
	device_lost: 'The GPU went away. Try again: it goes on from the last saved point.',
	gpu_to_cpu: 'The GPU engine did not start: {reason}. The CPU trains instead.',
	lost_then_gpu:
		'The GPU went away in the middle of the run. The run went on by itself, on a new start of the GPU, from step {update}, where it was saved last.',
	lost_then_cpu:
		'The GPU went away twice in this run. The run went on by itself, on the CPU, from step {update}, where it was saved last.',
	lost_began_again:
		'The GPU went away before the run was saved. The run began again by itself, on the {engine}.',
	ended_for_other: 'Ended because {id} was started. Start it again when you like.',
	ended_for_engine: 'Ended because you changed the engine. The next start is on the {engine}.',
	engine_switched: 'Paused and saved, because you changed the engine. Continue goes on on the {engine}.',
	pack_unreachable: '{file} could not be fetched. Check the connection and try again.',
	checkpoint_other_data: 'The saved run was made with other data. Train afresh, or use that data again.',
	checkpoint_missing: 'There is no saved run any more. Train afresh.',
	save_full:
		'There is no room left to keep the run on this device. It goes on, but will be lost with this page. Discard saved runs or free some space.',
	checkpoint_other_text:
		'What was saved cannot go on with this text. Go back to the printed text, or train afresh.',
	save_failed: 'The browser refused to keep the run. It goes on, but will be lost with this page.',
	too_large_batch:
		'This run would need about {needed} of memory, and there are {limit} for it here. Take a batch of at most {batch} rows.',
	too_large_batch_gpu:
		'This run would need about {needed} of memory, and there are {limit} for it here. Take a batch of at most {batch} rows, or choose the GPU.',
	too_large_rows:
		'This run would need about {needed} of memory, and there are {limit} for it here: the data is too large. Take at most {rows} rows.',
	too_large_network:
		'This run would need about {needed} of memory, and there are {limit} for it here: the network is too large. Take fewer units or filters.',
	experiment_invalid: 'The experiment has {count} problems. Mend them under “Text”.',
	paused_for_other: 'This run was paused and saved because {id} was started. Continue it when you like.',
	other_running: 'Experiment {id} is training. Pause it first.',
	no_run: 'There is no run yet. Train first.',
	no_model: 'There is no trained network yet. Train first.',
	already_running: 'The run is on already.',
	drop_empty: 'Nothing came with the drop. Choose the files instead.',
	drop_too_large: 'That is {megabytes} MB, at most {limit} MB are read. Choose the official files.',
	model_unreachable: 'The model {name} could not be fetched. Check the connection and reload the page.',
	model_checksum: 'The model {name} arrived changed. Reload the page.',
	link_kept:
		'A run of this experiment is on, so the link has changed nothing of it. Reset the run and follow the link again.',
	link_start_kept:
		'The link asks to train at once. A run is here already, and it is kept: start yourself when you like.',
	link_damaged: 'The end of the address was not understood and was left out. The experiment is as printed.',
	link_too_large: 'The address holds too long an experiment and was left out. The experiment is as printed.',
	link_unknown_experiment: 'The address names the experiment {id}, which is not in the book.',
	unexpected: 'Something went wrong inside: {message}. Reload the page; what is saved stays.',
	unknown: 'Something went wrong. Reload the page and try again.',
	internal: 'Something went wrong inside. Reload the page; what is saved stays.'
};

/** Names that arrive as arguments: kinds of files, kinds of values. Others are shown as they are. */
export const terms: Record<string, string> = {
	pdf: 'a PDF document',
	png: 'a PNG picture',
	jpeg: 'a JPEG picture',
	gif: 'a GIF picture',
	webp: 'a WebP picture',
	bmp: 'a bitmap picture',
	zip: 'a zip archive',
	gzip: 'a gzip file inside a gzip file',
	tar: 'a tar archive',
	seven_zip: 'a 7-Zip archive',
	xz: 'an xz archive',
	bzip2: 'a bzip2 archive',
	zstd: 'a zstd archive',
	npy: 'a NumPy array',
	hdf5: 'an HDF5 file',
	parquet: 'a Parquet table',
	program: 'a program',
	html: 'a web page',
	json: 'JSON text',
	text: 'text',
	idx: 'an idx file',
	unknown: 'something unknown',
	string: 'a text',
	integer: 'a whole number',
	float: 'a number',
	boolean: 'true or false',
	array: 'a list',
	table: 'a table',
	datetime: 'a date',
	cpu: 'CPU',
	gpu: 'GPU',
	gpu_missing: 'the GPU lacks a feature',
	gpu_limit: 'the GPU is too small',
	gpu_start: 'it stopped at once',
	device_lost: 'the GPU went away',
	engine_missing: 'this site does not have it',
	engine_unreachable: 'it could not be fetched',
	engine_damaged: 'it arrived damaged',
	loss_nan: 'the loss became no number at all (NaN)',
	loss_infinite: 'the loss grew beyond every number',
	loss_grew: 'the loss stayed at more than four times that of an untrained network'
};
