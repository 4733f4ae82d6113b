package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"

	"millrace/edge/view"
	"millrace/edge/webhook"
	"millrace/engine"
	"millrace/engine/delivery"
)

const webhookMachine = view.MachinePrefix + "sends webhooks"

// openDeliveries opens the log of a node's data directory.
func openDeliveries(dir string) (*delivery.Log, error) {
	return delivery.Open(filepath.Join(dir, delivery.File))
}

// reach says to which addresses the node's webhooks lead.
func (c *serveCommand) reach() webhook.Reach {
	if c.Private {
		return webhook.Private
	}
	return webhook.Public
}

// sendWebhooks sets a machine to the node's webhooks. It ends with ctx; what it gives waits for that.
func (c *serveCommand) sendWebhooks(ctx context.Context, e *engine.Engine, log *delivery.Log, records webhook.Records) (wait func(), err error) {
	if e.ReadOnly() {
		return func() {}, nil
	}
	machine, err := machineNamed(ctx, e, webhookMachine)
	if err != nil {
		return nil, err
	}
	d := &webhook.Dispatcher{Engine: e, Reader: view.New(e), Log: log, Records: records, Actor: machine, Reach: c.reach(), Logger: slog.Default()}
	var group sync.WaitGroup
	group.Go(func() { _ = d.Run(ctx) }) // it ends with ctx or with the engine, whose cause is told elsewhere
	return group.Wait, nil
}
