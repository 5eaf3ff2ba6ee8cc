# Read by the job scripts that train: the arguments of the trainer, with --resume where the run was begun before.
runs=${RUNS:-runs}
training=("$1" "$2" --name "$3" --out "$runs")
if [ -e "$runs/$(basename "$1" .ts)/$2/$3/config.json" ]; then training+=(--resume); fi
training+=("${@:4}")
