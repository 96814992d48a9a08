#!/usr/bin/env bash
# A SLURM of one machine, for tests: Debian's packages, loopback only, all files in one folder.
#   bash slurm/testing/cluster.sh install          the packages, where they are missing (needs root)
#   bash slurm/testing/cluster.sh start FOLDER [2] prints the line that points sbatch at it; with two nodes, if asked
#   bash slurm/testing/cluster.sh stop FOLDER      cancels its jobs and stops what `start` started
# The node claims more cores, memory and GPUs than it has, so that a file for a real cluster can be tried here.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
say() { printf 'cluster.sh: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }

install_packages() {
    local p missing=()
    for p in slurmctld slurmd sbatch munged; do command -v "$p" >/dev/null || missing+=("$p"); done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null || die "SLURM (${missing[*]}) is not here, and there is no apt-get to install it with"
    [ "$(id -u)" -eq 0 ] || die "SLURM (${missing[*]}) is not here, and only root can install it"
    say "installing Debian's slurmctld, slurmd, slurm-client and munge"
    apt-get update -qq >&2 || die "apt-get update failed"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client munge >/dev/null 2>&1 ||
        die "Debian's slurmctld, slurmd, slurm-client and munge cannot be installed here"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Both nodes are this machine, by its name and as localhost: what starts on them finds each other by these names.
names() { if [ "$1" = 2 ]; then echo "$(hostname -s) localhost"; else hostname -s; fi; }

node() { # name
    echo "NodeName=$1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$(free_port) CPUs=64 Boards=1 SocketsPerBoard=1 CoresPerSocket=64 ThreadsPerCore=1 RealMemory=1000000 Gres=gpu:8 State=UNKNOWN"
}

configure() { # folder, nodes
    local d=$1 host name
    host=$(hostname -s)
    mkdir -p "$d"/{ctld,log}
    chmod 755 "$d"
    [ -s "$d/munge.key" ] || (umask 077 && dd if=/dev/urandom of="$d/munge.key" bs=128 count=1 status=none)
    cat >"$d/slurm.conf" <<CONF
ClusterName=latentwire-test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# a requeued job waits until its old credential has expired, two minutes if nothing is said
AuthInfo=socket=$d/munge.socket,cred_expire=10
CredType=cred/munge
StateSaveLocation=$d/ctld
SlurmdSpoolDir=$d/spool.%n
SlurmctldPidFile=$d/slurmctld.pid
SlurmdPidFile=$d/slurmd.%n.pid
SlurmctldLogFile=$d/log/slurmctld.log
SlurmdLogFile=$d/log/slurmd.%n.log
SlurmctldParameters=enable_configless
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2,batch_sched_delay=0,sched_min_interval=0
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=45
MessageTimeout=30
# jobs are as nice as the shell that submitted them
PropagatePrioProcess=1
InactiveLimit=0
MinJobAge=3600
ReturnToService=2
MaxArraySize=1001
GresTypes=gpu
$(for name in $(names "$2"); do node "$name"; done)
PartitionName=preempt Nodes=ALL Default=YES MaxTime=1-0 State=UP PriorityTier=1 PreemptMode=REQUEUE
PartitionName=urgent Nodes=ALL MaxTime=1-0 State=UP PriorityTier=10 PreemptMode=OFF
CONF
    # GPUs that no device stands behind: the scheduler counts them, and jobs see none
    touch "$d"/gpu{0..7}
    echo "Name=gpu File=$d/gpu[0-7]" >"$d/gres.conf"
}

alive() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }

start() { # folder, nodes
    local d=$1 i name
    mkdir -p "$d"; d=$(cd "$d" && pwd)
    alive "$d/slurmctld.pid" && die "a cluster runs in $d already"
    install_packages
    configure "$d" "$2"
    export SLURM_CONF=$d/slurm.conf
    munged --force --key-file="$d/munge.key" --socket="$d/munge.socket" --pid-file="$d/munged.pid" --log-file="$d/log/munged.log" --seed-file="$d/munge.seed" --num-threads=2 2>"$d/log/munged.err" || { cat "$d/log/munged.err" >&2; die "munged did not start"; }
    slurmctld -c || die "slurmctld did not start; see $d/log/slurmctld.log"
    for name in $(names "$2"); do
        mkdir -p "$d/spool.$name"
        slurmd -N "$name" || die "slurmd did not start; see $d/log/slurmd.$name.log"
    done
    for i in $(seq 150); do
        [ "$(sinfo -h -o %T 2>/dev/null | sort -u)" = idle ] && { echo "export SLURM_CONF=$SLURM_CONF"; return; }
        sleep .2
    done
    sinfo >&2 || true
    tail -n 5 "$d"/log/*.log >&2
    stop "$d"
    die "the node did not come up within $((i / 5)) s"
}

end() { # pid file, name: by its id, and only if it is what it was
    local pid
    [ -s "$1" ] || return 0
    pid=$(cat "$1")
    if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ]; then
        kill "$pid" 2>/dev/null || true
        for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep .1; done
        kill -9 "$pid" 2>/dev/null || true
    fi
    rm -f "$1"
}

stop() { # folder
    local d=$1 pid
    [ -f "$d/slurm.conf" ] || return 0
    d=$(cd "$d" && pwd)
    export SLURM_CONF=$d/slurm.conf
    if alive "$d/slurmctld.pid"; then
        squeue -h -o %A 2>/dev/null | sort -u | while read -r id; do scancel -f "$id" 2>/dev/null || true; done
        for _ in $(seq 300); do [ -z "$(squeue -h 2>/dev/null)" ] && break; sleep .2; done
    fi
    for pid in "$d"/slurmd.*.pid; do end "$pid" slurmd; done
    end "$d/slurmctld.pid" slurmctld
    end "$d/munged.pid" munged
}

case "${1:-}" in
    install) install_packages ;;
    start) start "${2:?a folder is needed}" "${3:-1}" ;;
    stop) stop "${2:?a folder is needed}" ;;
    *) sed -n '2,6s/^# //p' "$0" >&2; exit 2 ;;
esac
