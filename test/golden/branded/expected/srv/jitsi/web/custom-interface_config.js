// Written by jitsi-onebox: change the settings with it, not this file.
interfaceConfig.APP_NAME = "Meet \"Appelo\" Solutions";
