package io.amphora.clients.model;

public class ShipStatus {
    private String phase = "";

    public ShipStatus() {}

    public ShipStatus(String phase) {
        this.phase = phase;
    }

    public String getPhase() {
        return phase;
    }

    public void setPhase(String phase) {
        this.phase = phase;
    }
}
