{{- define "turnstone.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "turnstone.nodes" -}}
{{ include "turnstone.fullname" . }}-nodes
{{- end -}}

{{/* The domain below which each pod has its name. */}}
{{- define "turnstone.domain" -}}
{{ include "turnstone.nodes" . }}.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}
{{- end -}}

{{- define "turnstone.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "turnstone.labels" -}}
{{ include "turnstone.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "turnstone.serviceAccount" -}}
{{ default (include "turnstone.fullname" .) .Values.serviceAccount.name }}
{{- end -}}

{{/* "true" or nothing. */}}
{{- define "turnstone.hostNetwork" -}}
{{- if kindIs "bool" .Values.hostNetwork -}}
{{- if .Values.hostNetwork }}true{{ end -}}
{{- else if ne .Values.relay.mode "cluster" -}}
true
{{- end -}}
{{- end -}}

{{/* "true" when each pod has a relay address of its own, and so a file of its own. */}}
{{- define "turnstone.perPod" -}}
{{- if and (eq .Values.relay.mode "node") .Values.relay.addresses }}true{{ end -}}
{{- end -}}

{{/*
MiB of /dev/shm: 48 for each driver (control and each lane), and per other node both directions of a route and a
heartbeat stream and of each media lane, three terms each. Twice that, for those of a node's last life live on for some
seconds.
*/}}
{{- define "turnstone.sharedMemoryMiB" -}}
{{- $lanes := int .Values.fabric.lanes -}}
{{- $perPeer := add 7 (mul 6 $lanes (int .Values.fabric.termLengthMiB)) -}}
{{- add (mul 48 (add 1 $lanes)) (mul 2 $perPeer (sub (int .Values.cluster.sizeMaximum) 1)) -}}
{{- end -}}

{{/* What a schema cannot say. */}}
{{- define "turnstone.check" -}}
{{- $relay := .Values.relay -}}
{{- if not .Values.publicAddress -}}
{{- fail "publicAddress is needed: the IP address that clients send to, such as the external one of the Service" -}}
{{- end -}}
{{- if not .Values.secret.name -}}
{{- fail "secret.name is needed: a Secret in the release's namespace that holds the cluster's secret; values.yaml names its keys" -}}
{{- end -}}
{{- if not (or .Values.secret.sharedSecretKeys .Values.secret.userKeys) -}}
{{- fail "secret.sharedSecretKeys or secret.userKeys is needed: without either no client can authenticate" -}}
{{- end -}}
{{- if ne (contains ":" .Values.publicAddress) (eq .Values.ipFamily "IPv6") -}}
{{- fail (printf "publicAddress = %s is not of ipFamily = %s" .Values.publicAddress .Values.ipFamily) -}}
{{- end -}}
{{- if gt (int .Values.replicas) (int .Values.cluster.sizeMaximum) -}}
{{- fail (printf "replicas = %d is above cluster.sizeMaximum = %d" (int .Values.replicas) (int .Values.cluster.sizeMaximum)) -}}
{{- end -}}
{{- if and (eq $relay.mode "shared") (not $relay.addresses) -}}
{{- fail "relay.addresses is needed with relay.mode = shared: the addresses that every machine has for it, IP or IP=PUBLIC_IP" -}}
{{- end -}}
{{- if and (eq $relay.mode "node") $relay.addresses (lt (len $relay.addresses) (int .Values.replicas)) -}}
{{- fail (printf "relay.addresses has %d addresses for replicas = %d: with relay.mode = node each pod needs its own, or none has one" (len $relay.addresses) (int .Values.replicas)) -}}
{{- end -}}
{{- if and (ne $relay.mode "shared") (contains "=" (join "" $relay.addresses)) -}}
{{- fail (printf "relay.addresses = %s is not allowed with relay.mode = %s: public IP addresses only, no =" (join ", " $relay.addresses) $relay.mode) -}}
{{- end -}}
{{- end -}}
