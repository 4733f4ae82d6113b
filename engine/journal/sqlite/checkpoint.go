package sqlite

// checkpointLoop moves the write-ahead log into the file whenever Append asks.
// An error is left to the next append: a disk that cannot take the file's pages
// will not take the log's either, and until then nothing is lost, for the log
// has it all.
func (j *Journal) checkpointLoop() {
	defer close(j.checkpointed)
	for range j.checkpointWanted {
		j.checkpoint()
	}
}

// checkpoint works beside the appends until little is left, and holds them up
// for that only: SQLite begins its log anew, rather than let it grow, only when
// nothing in it is left to move.
func (j *Journal) checkpoint() {
	for range 4 {
		frames, ok := j.moveLog()
		if !ok {
			return
		}
		if frames <= walTailFramesMax {
			break
		}
	}
	j.appendMutex.Lock()
	defer j.appendMutex.Unlock()
	j.moveLog()
}

// moveLog returns how many frames were left in the log; false when SQLite could
// not do it now.
func (j *Journal) moveLog() (left int, ok bool) {
	var busy, frames, moved int
	if err := j.checkpointer.QueryRow("PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &frames, &moved); err != nil || busy != 0 {
		return 0, false
	}
	return frames - moved, true
}

// Checkpoint moves the write-ahead log into the file now, as happens by itself
// when the log has grown, and on Close.
func (j *Journal) Checkpoint() {
	if !j.closed.Load() {
		j.checkpoint()
	}
}
