{{/* (list $ service): the service's settings, the defaults overlaid with its own; values themselves stay untouched. */}}
{{- define "tandem.service" -}}
{{- $root := index . 0 }}
{{- $own := get $root.Values.services (index . 1) }}
{{- mustMergeOverwrite (deepCopy $root.Values.defaults) (deepCopy $own) | toYaml }}
{{- end }}

{{/* ($): the gateway, from inside the cluster. */}}
{{- define "tandem.gatewayUrl" -}}
{{- $svc := include "tandem.service" (list . "gateway") | fromYaml }}
{{- printf "http://%s:%d" (include "tandem.host" (list . "gateway")) (int $svc.port) }}
{{- end }}

{{/* (list $ service): whether more than one pod of it may run, empty for no. */}}
{{- define "tandem.replicated" -}}
{{- $svc := include "tandem.service" . | fromYaml }}
{{- if $svc.autoscaling.enabled }}{{ if gt (int $svc.autoscaling.minReplicas) 1 }}true{{ end }}
{{- else if gt (int $svc.replicas) 1 }}true{{ end }}
{{- end }}

{{/* (list $ service): the services that may call it, as a YAML list. */}}
{{- define "tandem.callers" -}}
{{- $callers := list }}
{{- range $name, $_ := (index . 0).Values.services }}
{{- $svc := include "tandem.service" (list (index $ 0) $name) | fromYaml }}
{{- if has (index $ 1) $svc.calls }}{{ $callers = append $callers $name }}{{ end }}
{{- end }}
{{- $callers | toYaml }}
{{- end }}

{{/* (list $ service): the Secret with the service's database URLs. */}}
{{- define "tandem.databaseSecret" -}}
{{- $root := index . 0 }}
{{- $svc := include "tandem.service" . | fromYaml }}
{{- if $root.Values.evaluation.enabled }}{{ include "tandem.component" (list $root (printf "%s-evaluation" (index . 1))) }}
{{- else }}{{ include "tandem.secretName" (list ($svc.databaseSecret | default $root.Values.database.existingSecret) (index . 1)) }}{{ end }}
{{- end }}

{{/* (list $ service): the Secret with the service's password at the broker. */}}
{{- define "tandem.natsSecret" -}}
{{- $root := index . 0 }}
{{- if $root.Values.evaluation.enabled }}{{ include "tandem.component" (list $root (printf "%s-evaluation" (index . 1))) }}
{{- else }}{{ include "tandem.secretName" (list $root.Values.nats.existingSecret (index . 1)) }}{{ end }}
{{- end }}
