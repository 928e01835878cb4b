using SshMqttBridge.CommandLine;

return await BridgeCommandLine.InvokeAsync(args);
